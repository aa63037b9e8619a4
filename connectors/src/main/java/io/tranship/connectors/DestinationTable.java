package io.tranship.connectors;

import java.util.List;
import java.util.Map;

/// A table at the destination as it stands.
///
/// @param name in the destination's schema
/// @param columns by name; empty when there is no such table
/// @param keyUnique a unique index over exactly the model's key
public record DestinationTable(String name, Map<String, ColumnType> columns, boolean keyUnique) {

    /// Columns of `source` that it lacks.
    public List<TableColumn> missing(SourceTable source) {
        return source.columns().stream()
                .filter(column -> !columns.containsKey(column.as()))
                .toList();
    }

    public boolean exists() {
        return !columns.isEmpty();
    }
}
