package io.tranship.connectors;

import org.jspecify.annotations.Nullable;

/// A column of the source that is carried.
///
/// @param as its name at the destination
/// @param declared the type that the catalog wants at the destination; null: chosen by it
public record TableColumn(
        String name, String as, ColumnType type, boolean notNull, @Nullable String declared) {}
