package io.tranship.dispatch;

import io.tranship.schemas.RunId;
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
import io.tranship.schemas.TransferKind;
import org.jspecify.annotations.Nullable;

/// Where one transfer stands in the ledger, and where a fact of the log takes it.
///
/// The ledger's own facts change nothing, as it knows them already; a database restored from a
/// backup catches up by them. A fact already known changes nothing.
sealed interface Standing {

    Standing after(TransferFact fact);

    /// Whether such a fact can end something: waiting, or a run. Only then is there anything for
    /// others.
    static boolean mayEndWith(TransferFact fact) {
        return switch (fact) {
            case CancelRequested _, Rejected _, Cancelled _, Expired _, Finished _, Orphaned _ ->
                    true;
            case Requested _, Blocked _, Dispatched _, Started _, ModelFinished _ -> false;
        };
    }

    /// Never taken in, as far as this database knows.
    record Unknown() implements Standing {

        @Override
        public Standing after(TransferFact fact) {
            return fact instanceof Requested requested
                    ? new Queued(requested.request().kind(), 0, requested)
                    : this;
        }
    }

    /// @param turn of its last `Blocked` fact
    /// @param learned the fact by which the log told of it; null when it was taken in here
    record Queued(TransferKind kind, long turn, @Nullable Requested learned) implements Standing {

        @Override
        public Standing after(TransferFact fact) {
            return switch (fact) {
                case Dispatched d -> new Running(kind, d.epoch(), null, true, d);
                case CancelRequested _ -> new Over(kind, true);
                case Rejected _, Cancelled _, Expired _ -> new Over(kind, false);
                case Blocked b when b.turn() > turn -> new Queued(kind, b.turn(), learned);
                case Requested _, Blocked _, Started _, ModelFinished _, Finished _, Orphaned _ ->
                        this;
            };
        }
    }

    /// Holds its slots, whatever its status, until its run has ended.
    ///
    /// @param run the first started one
    /// @param logged its dispatch was read in the log. Before that a final fact stands before the
    ///   dispatch there too: every launcher drops the order, and nobody else would tell its end
    /// @param learned the fact by which the log told of it; null when it was dispatched here
    record Running(
            TransferKind kind,
            long epoch,
            @Nullable RunId run,
            boolean logged,
            @Nullable Dispatched learned)
            implements Standing {

        @Override
        public Standing after(TransferFact fact) {
            return switch (fact) {
                case Started s when s.epoch() == epoch && run == null ->
                        new Running(kind, epoch, s.run(), true, learned);
                case Finished f when f.epoch() == epoch && endsThisRun(f) -> new Over(kind, false);
                case Orphaned o when o.epoch() == epoch -> new Over(kind, false);
                // Before a restored database had caught up, it dispatched a second time. The log
                // knows the first.
                case Dispatched d when d.epoch() < epoch ->
                        new Running(kind, d.epoch(), null, true, learned);
                case Dispatched d when d.epoch() == epoch && !logged ->
                        new Running(kind, epoch, run, true, learned);
                case Rejected _, Cancelled _, Expired _ when !logged -> new Over(kind, false);
                case Requested _,
                        Rejected _,
                        Blocked _,
                        Dispatched _,
                        Started _,
                        ModelFinished _,
                        Finished _,
                        CancelRequested _,
                        Cancelled _,
                        Expired _,
                        Orphaned _ ->
                        this;
            };
        }

        /// Without a run that is known, no other can have started before this one.
        private boolean endsThisRun(Finished finished) {
            return run == null || run.equals(finished.run());
        }
    }

    /// @param withdrawnNow by this reading of the log, so that the log has to be told
    record Over(TransferKind kind, boolean withdrawnNow) implements Standing {

        @Override
        public Standing after(TransferFact fact) {
            return this;
        }
    }
}
