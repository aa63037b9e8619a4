package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;

/// What became of one draft.
///
/// @param record with its id, its references as ids, and its revision
record Change(Draft draft, Outcome outcome, CatalogRecord record) {

    enum Outcome {
        CREATED,
        UPDATED,
        /// All that was sent is what is stored; the revision stays.
        UNCHANGED
    }

    boolean isChange() {
        return outcome != Outcome.UNCHANGED;
    }
}
