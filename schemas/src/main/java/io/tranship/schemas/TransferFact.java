package io.tranship.schemas;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One fact about one transfer, in the past tense: a record of the log.
///
/// Kafka may deliver a fact twice, so every fact states a total and never a change.
public sealed interface TransferFact {

    TransferId transferId();

    /// A fact of one run. Facts of any run but the first started one are void.
    sealed interface RunFact extends TransferFact {
        long epoch();

        @Nullable RunId run();
    }

    /// Ends its transfer: the first one of a log that is not void wins.
    sealed interface FinalFact extends TransferFact {}

    /// The first fact of every log, written by the ledger on intake.
    ///
    /// @param submittedAt append time of the request
    /// @param target null while the names of the request are not known to the ledger
    record Requested(
            TransferId transferId,
            TransferRequest request,
            Instant submittedAt,
            Instant expiresAt,
            @Nullable Target target)
            implements TransferFact {}

    /// It can never run. Final.
    record Rejected(TransferId transferId, TransferError error) implements FinalFact {}

    /// It waits for `resource`.
    ///
    /// @param turn rises with each such fact of a transfer; the greatest is the one that holds
    record Blocked(TransferId transferId, long turn, String resource, int limit)
            implements TransferFact {}

    /// Slots are granted and the work order is out.
    ///
    /// @param epoch the fence
    /// @param startBy a launcher takes the order before this, or it counts as not started
    record Dispatched(
            TransferId transferId,
            long epoch,
            Target target,
            List<ModelRevision> models,
            Instant startBy)
            implements TransferFact {

        public Dispatched {
            models = List.copyOf(models);
        }
    }

    /// A launcher took the order, and has not run anything yet.
    record Started(TransferId transferId, long epoch, RunId run, String launcher, String host)
            implements RunFact {}

    record ModelFinished(TransferId transferId, long epoch, RunId run, ModelResult result)
            implements RunFact {}

    /// The run ended. Final.
    ///
    /// @param run null when no run was started under this epoch
    /// @param error evidence, when the run did not end by itself
    record Finished(
            TransferId transferId,
            long epoch,
            @Nullable RunId run,
            RunEnd end,
            @Nullable TransferError error)
            implements RunFact, FinalFact {

        public Finished {
            if (run == null && (end == RunEnd.COMPLETED || end == RunEnd.DIED)) {
                throw new IllegalArgumentException(
                        "transfer %s: only a run that was started can end as %s"
                                .formatted(transferId, end));
            }
        }
    }

    record CancelRequested(TransferId transferId, Actor actor) implements TransferFact {}

    /// Withdrawn from the queue. Final.
    record Cancelled(TransferId transferId) implements FinalFact {}

    /// Never dispatched before its time was over. Final.
    record Expired(TransferId transferId) implements FinalFact {}

    /// Started, then silent for longer than the limit. Final.
    record Orphaned(TransferId transferId, long epoch) implements FinalFact {}
}
