package io.tranship.connectors;

import java.util.List;

/// What of a row is compared: its key tells it from others, a hash of `columns` stands for its
/// values. Each row falls into one of [#PARTS] by a hash of its key, the same at both sides
/// whatever the order in which a server sorts keys.
///
/// @param version the last-modified column
/// @param columns the key among them
public record Fingerprint(List<Carried> key, Carried version, List<Carried> columns) {

    /// So many sums a server keeps in the memory that it gives a statement by default.
    public static final int PARTS = 4_096;

    public Fingerprint {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }

    /// @param columns of the table, its key among them
    static Fingerprint of(SourceTable table, List<Carried> columns) {
        return new Fingerprint(
                key(table, columns), carried(table.lastModified(), columns), columns);
    }

    /// Tells only which rows there are.
    static Fingerprint ofKeys(SourceTable table, List<Carried> columns) {
        var key = key(table, columns);
        return new Fingerprint(key, carried(table.lastModified(), columns), key);
    }

    private static List<Carried> key(SourceTable table, List<Carried> columns) {
        return table.key().stream().map(column -> carried(column, columns)).toList();
    }

    private static Carried carried(TableColumn column, List<Carried> columns) {
        return columns.stream()
                .filter(carried -> carried.from().equals(column))
                .findFirst()
                .orElseThrow();
    }
}
