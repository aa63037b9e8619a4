package io.tranship.dispatch;

import java.util.List;
import java.util.UUID;

/// What does not fit together between slots and where transfers stand by the log. There should be
/// none, ever.
///
/// @param found some of it, at most [UpkeepLedger#DRIFT_MAX]
/// @param last where the next look at open transfers goes on
record Drift(List<Found> found, UUID last) {

    enum Kind {
        /// the transfer is over and still holds
        OVER_AND_HOLDS,
        /// it is dispatched and holds nothing
        DISPATCHED_WITHOUT_SLOTS,
        /// it holds, and is not dispatched
        SLOTS_WITHOUT_DISPATCH,
        /// it holds under another epoch than the one it was dispatched under
        OTHER_EPOCH,
        /// it is both waiting and dispatched
        WAITS_AND_HOLDS,
        /// it is open, and neither waiting nor dispatched
        NOWHERE
    }

    record Found(Kind kind, UUID transferId) {}

    long count(Kind kind) {
        return found.stream().filter(each -> each.kind() == kind).count();
    }
}
