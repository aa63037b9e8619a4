package io.tranship.status;

import io.tranship.schemas.Actor;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.TransferStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the log of one transfer says, folded: the verdict of [TransferState] and the times, the
/// request and the reason to wait around it.
///
/// Pure and total: any facts in any order give a record, the same facts the same record.
///
/// @param seenAt append time of the first fact
/// @param requested null when the log does not begin with the request, so only after a loss
/// @param blocked the one with the greatest turn
/// @param cancelledBy who asked first; null while nobody has
record TransferRecord(
        TransferId id,
        Instant seenAt,
        @Nullable Requested requested,
        @Nullable Blocked blocked,
        TransferState state,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Actor cancelledBy) {

    /// Before its first fact.
    static TransferRecord unknown(TransferId id, Instant seenAt) {
        return new TransferRecord(id, seenAt, null, null, TransferState.EMPTY, null, null, null);
    }

    /// @param log of one transfer, not empty
    static TransferRecord fold(List<LoggedFact> log) {
        var first = log.getFirst();
        var folded = unknown(first.fact().transferId(), first.appendedAt());
        for (var logged : log) {
            folded = folded.after(logged);
        }
        return folded;
    }

    TransferRecord after(LoggedFact logged) {
        var fact = logged.fact();
        if (state.isVoid(fact)) {
            return this;
        }
        return switch (fact) {
            case Requested r ->
                    requested != null
                            ? this
                            : new TransferRecord(
                                    id, seenAt, r, blocked, state, startedAt, endedAt, cancelledBy);
            case Blocked b ->
                    blocked != null && b.turn() <= blocked.turn()
                            ? this
                            : new TransferRecord(
                                    id,
                                    seenAt,
                                    requested,
                                    b,
                                    state,
                                    startedAt,
                                    endedAt,
                                    cancelledBy);
            case Dispatched _,
                    Started _,
                    ModelFinished _,
                    Finished _,
                    CancelRequested _,
                    Cancelled _,
                    Rejected _,
                    Expired _,
                    Orphaned _ ->
                    judged(fact, logged.appendedAt());
        };
    }

    private TransferRecord judged(TransferFact fact, Instant appendedAt) {
        var next = state.after(fact);
        if (next.equals(state)) {
            return this;
        }
        return new TransferRecord(
                id,
                seenAt,
                requested,
                blocked,
                next,
                startedAt == null && next.started() != null ? appendedAt : startedAt,
                endedAt == null && next.end() != null ? appendedAt : endedAt,
                fact instanceof CancelRequested cancel ? cancel.actor() : cancelledBy);
    }

    TransferStatus status() {
        return state.status();
    }

    boolean isOver() {
        return state.end() != null;
    }

    /// Granted its slots, and maybe still holding them.
    boolean isHolding() {
        return state.dispatched() != null && !isOver();
    }

    /// In the queue, as far as the log says.
    boolean isWaiting() {
        return state.dispatched() == null && !isOver();
    }
}
