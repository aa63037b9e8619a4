package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord;
import java.util.List;

/// A model's table as it stands at the source, with all that its model requires.
///
/// @param columns those that are carried
/// @param key in the order of the model
/// @param keyOrder names the order in which the source sorts keys: another one makes recorded key
///   ranges worthless
/// @param stamped the database itself writes the last-modified column
/// @param keyIndexed an index gives the rows of a key range
/// @param timeIndexed an index gives the rows from a last-modified value on
/// @param rowsEstimated what the source believes; negative when it does not know
public record SourceTable(
        CatalogRecord.Model model,
        List<TableColumn> columns,
        List<TableColumn> key,
        TableColumn lastModified,
        String keyOrder,
        boolean stamped,
        boolean keyIndexed,
        boolean timeIndexed,
        long rowsEstimated) {

    public SourceTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
