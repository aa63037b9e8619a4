package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferRequest;

/// What a transfer has to do for one model. Decided from what was asked and what the destination
/// itself knows.
sealed interface Course {

    /// Everything: into a new generation, or on with an unfinished one.
    ///
    /// @param resume there is one to go on with
    /// @param intoTable the difference goes into the table that stands
    record Load(boolean resume, boolean intoTable) implements Course {}

    /// What changed in the window that was asked for.
    record OneWindow(String cursor) implements Course {}

    /// What changed since the cursor.
    record Increment(String cursor) implements Course {}

    /// @param occupied the table has rows
    static Course of(
            TransferRequest request,
            ModelState state,
            SourceTable source,
            DestinationTable table,
            boolean occupied) {
        if (state.generation() == null && occupied && !request.adopt()) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_TABLE_NOT_OURS,
                    "table %s at the destination has rows that Tranship did not bring; rename it, or transfer with adopt to take it over"
                            .formatted(table.name()));
        }
        if (table.exists() && !table.keyUnique()) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_TABLE_NOT_OURS,
                    "table %s at the destination has no unique index over the key %s of model %s; create one"
                            .formatted(
                                    table.name(),
                                    source.key().stream().map(TableColumn::as).toList(),
                                    state.model()));
        }
        var cursor = state.cursor();
        var stands =
                state.generation() != null
                        && cursor != null
                        && table.exists()
                        && state.revision() == source.model().revision();
        var fills =
                source.model().backfillNewColumns()
                        && (!table.missing(source).isEmpty() || state.loading() != null);
        if (!stands || request.fullRefresh() || fills) {
            // What was loaded beside a table that went on being merged into is older than the
            // table; one that is to be filled is not merged into.
            var resume = !stands || (fills && !request.fullRefresh());
            return new Load(resume && canResume(state, source), table.exists());
        }
        return request.windowStart() == null && request.windowEnd() == null
                ? new Increment(cursor)
                : new OneWindow(cursor);
    }

    /// Ranges that were recorded under another revision, or in another order of keys, would leave
    /// gaps.
    private static boolean canResume(ModelState state, SourceTable source) {
        var loading = state.loading();
        return loading != null
                && loading.revision() == source.model().revision()
                && loading.keyOrder().equals(source.keyOrder());
    }
}
