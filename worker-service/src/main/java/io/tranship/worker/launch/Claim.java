package io.tranship.worker.launch;

import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.WorkOrder;
import java.time.Instant;

/// Whether an order is this launcher's to run. Decided twice: before it says Started, and after,
/// when the log shows who was first.
///
/// Any number of launchers may hold one order (redelivery, twins). All read one log in one order,
/// so at most one of them runs it.
final class Claim {

    /// What to do with an order that was received.
    sealed interface Decision {
        /// Say Started.
        record Take() implements Decision {}

        /// Not this launcher's to run; nobody is told.
        record Drop(Reason reason) implements Decision {}

        /// It was cancelled before anybody took it: end it, without a run.
        record EndAsStopped() implements Decision {}

        /// The log is not known far enough yet.
        record WaitForTail() implements Decision {}
    }

    enum Reason {
        TOO_LATE,
        ENDED,
        ALREADY_TAKEN,
        OTHER_EPOCH
    }

    /// What follows from a Started that this launcher said.
    enum Verdict {
        WAIT_FOR_TAIL,
        RUN,
        /// Another one was first, or it is over.
        DROP,
        /// First, but cancelled meanwhile: end it before it begins.
        END_AS_STOPPED
    }

    private Claim() {}

    /// @param log what the log shows of the transfer
    /// @param caughtUp whether that reaches the end that the log had after the order was received
    static Decision onOrder(WorkOrder order, TransferState log, boolean caughtUp, Instant now) {
        if (!now.isBefore(order.startBy())) {
            return new Decision.Drop(Reason.TOO_LATE);
        }
        if (!caughtUp) {
            return new Decision.WaitForTail();
        }
        if (log.end() != null) {
            return new Decision.Drop(Reason.ENDED);
        }
        if (log.started() != null) {
            return new Decision.Drop(Reason.ALREADY_TAKEN);
        }
        if (log.dispatched() == null) {
            return new Decision.WaitForTail();
        }
        if (log.dispatched().epoch() != order.epoch()) {
            return new Decision.Drop(Reason.OTHER_EPOCH);
        }
        return log.cancelRequested() ? new Decision.EndAsStopped() : new Decision.Take();
    }

    /// @param mine the run under which this launcher said Started
    /// @param caughtUp whether `log` reaches beyond that Started
    static Verdict afterStarted(RunId mine, TransferState log, boolean caughtUp) {
        if (!caughtUp) {
            return Verdict.WAIT_FOR_TAIL;
        }
        var first = log.started();
        if (log.end() != null || first == null || !mine.equals(first.run())) {
            return Verdict.DROP;
        }
        return log.cancelRequested() ? Verdict.END_AS_STOPPED : Verdict.RUN;
    }
}
