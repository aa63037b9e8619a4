package io.tranship.scheduler;

import io.tranship.scheduler.OwedRefresh.Consent;
import io.tranship.schemas.Actor;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is known of a transfer that the schedule follows, until it ends: as little as decides which
/// fact is its end and what that end means.
///
/// @param facts those that change the state: at most five and one for each model of the order
record OpenTransfer(TransferState state, List<TransferFact> facts) {

    static final OpenTransfer UNKNOWN = new OpenTransfer(TransferState.EMPTY, List.of());

    OpenTransfer {
        facts = List.copyOf(facts);
    }

    OpenTransfer after(TransferFact fact) {
        var next = state.after(fact);
        return next.equals(state) ? this : new OpenTransfer(next, with(fact));
    }

    boolean hasEnded() {
        return state.end() != null;
    }

    private List<TransferFact> with(TransferFact fact) {
        var more = new ArrayList<>(facts);
        more.add(fact);
        return more;
    }

    enum Verdict {
        SUCCEEDED,
        FAILED,
        /// Somebody ended it: that is no failure.
        WITHDRAWN
    }

    /// What came of it, or of what is known when nothing more is heard.
    ///
    /// @param fullRefresh it was to load its models anew
    /// @param arrived models that are proven
    /// @param missing models of which a full refresh stays owed unless it was withdrawn; of a
    ///   request that can never run, none
    record Outcome(
            Verdict verdict,
            boolean fullRefresh,
            List<String> arrived,
            List<String> missing,
            Consent consent) {}

    Outcome outcome() {
        var request = requested().map(Requested::request);
        var missing = new ArrayList<>(state.failedModels());
        var arrived = new ArrayList<>(models());
        arrived.removeAll(missing);
        if (state.dispatched() == null && !(state.end() instanceof Rejected)) {
            requested().map(Requested::target).ifPresent(target -> missing.addAll(target.models()));
        }
        return new Outcome(
                verdict(),
                request.isPresent() && request.get().fullRefresh(),
                arrived,
                missing,
                request.map(r -> new Consent(r.acceptShrink(), r.adopt())).orElse(Consent.NONE));
    }

    private Verdict verdict() {
        return switch (state.status()) {
            case SUCCESS -> Verdict.SUCCEEDED;
            case CANCELLED, KILLED -> isCutOff() ? Verdict.FAILED : Verdict.WITHDRAWN;
            case PENDING, RUNNING, PARTIAL_FAILURE, ERROR, EXPIRED, ORPHANED -> Verdict.FAILED;
        };
    }

    /// Cancelled because it ran for too long, and not by anybody's wish.
    private boolean isCutOff() {
        return facts.stream()
                .anyMatch(fact ->
                        fact instanceof CancelRequested cancel
                                && cancel.actor().equals(Actor.PLATFORM));
    }

    private Optional<Requested> requested() {
        return facts.stream()
                .filter(Requested.class::isInstance)
                .map(Requested.class::cast)
                .findFirst();
    }

    private List<String> models() {
        var dispatched = state.dispatched();
        return dispatched == null
                ? List.of()
                : dispatched.models().stream().map(ModelRevision::model).toList();
    }
}
