package io.tranship.connectors;

/// A column on its way: what it is at both ends.
public record Carried(TableColumn from, String to, ColumnType toType) {}
