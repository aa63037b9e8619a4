package io.tranship.dispatch;

import io.tranship.schemas.TransferError;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of one waiting transfer in one tick.
sealed interface Decision {

    WaitingTransfer waiting();

    /// It runs, and holds `slots` until its run has ended.
    record Grant(Candidate candidate, List<Slot> slots) implements Decision {

        @Override
        public WaitingTransfer waiting() {
            return candidate.waiting();
        }
    }

    /// It is looked at again when `resource` frees. It holds nothing.
    record Park(Candidate candidate, Resource resource, int limit) implements Decision {

        @Override
        public WaitingTransfer waiting() {
            return candidate.waiting();
        }

        boolean staysWhereItWas() {
            return resource.equals(waiting().parkedOn());
        }
    }

    /// It is looked at again when the catalog changes.
    ///
    /// @param unknownUntil when it is given up; null: not before it expires
    record AwaitCatalog(WaitingTransfer waiting, @Nullable Instant unknownUntil)
            implements Decision {}

    /// It can never run.
    record Reject(WaitingTransfer waiting, TransferError error) implements Decision {}
}
