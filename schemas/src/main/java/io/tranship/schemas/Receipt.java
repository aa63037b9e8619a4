package io.tranship.schemas;

import org.jspecify.annotations.Nullable;

/// The balanced account of one model in one transfer: counts and cursors, never values of other
/// columns.
///
/// @param cursorFrom the cursor found at the destination; null for a backfill
/// @param cursorTo the cursor left at the destination; null when no row was ever seen
/// @param generation the generation of the table at the destination
/// @param rowsRead as the source counts them
/// @param rowsWritten as the destination counts them, into chunk or stage
/// @param rowsApplied rows that changed the model's table
public record Receipt(
        @Nullable String cursorFrom,
        @Nullable String cursorTo,
        WatermarkBasis basis,
        @Nullable String generation,
        long rowsRead,
        long rowsWritten,
        long rowsApplied,
        long rowsDeleted,
        long rowsQuarantined,
        long rowsWithoutLastModified,
        long bytes,
        int chunks,
        boolean fullScan) {

    /// What was read is accounted for, row by row.
    public boolean isBalanced() {
        return rowsRead == rowsWritten + rowsQuarantined;
    }

    /// Nothing at the destination changed.
    public boolean isEmpty() {
        return rowsApplied == 0 && rowsDeleted == 0 && rowsQuarantined == 0;
    }
}
