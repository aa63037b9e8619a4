package io.tranship.scheduler;

import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferState;
import java.util.ArrayList;
import java.util.List;

/// What is known of a scheduled transfer until it ends: as little as decides which fact is its end.
///
/// @param facts those that change what a later fact means, at most three
record OpenTransfer(TransferState state, List<TransferFact> facts) {

    static final OpenTransfer UNKNOWN = new OpenTransfer(TransferState.EMPTY, List.of());

    OpenTransfer {
        facts = List.copyOf(facts);
    }

    OpenTransfer after(TransferFact fact) {
        return switch (fact) {
            // How models fared is not asked here, and could be much.
            case TransferFact.Requested _, TransferFact.Blocked _, TransferFact.ModelFinished _ ->
                    this;
            case TransferFact.Dispatched _,
                    TransferFact.Started _,
                    TransferFact.CancelRequested _,
                    TransferFact.Finished _,
                    TransferFact.Rejected _,
                    TransferFact.Cancelled _,
                    TransferFact.Expired _,
                    TransferFact.Orphaned _ -> {
                var next = state.after(fact);
                yield next.equals(state) ? this : new OpenTransfer(next, with(fact));
            }
        };
    }

    boolean hasEnded() {
        return state.end() != null;
    }

    private List<TransferFact> with(TransferFact fact) {
        var more = new ArrayList<>(facts);
        more.add(fact);
        return more;
    }
}
