package io.tranship.dispatch;

import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What becomes of one waiting transfer in one tick.
sealed interface Decision {

    WaitingTransfer waiting();

    /// It runs, and holds `slots` until its run has ended.
    ///
    /// @param filled of which the last unit went to it
    record Grant(Candidate candidate, List<Slot> slots, Set<Resource> filled) implements Decision {

        /// Whose waiters may have been parked because of this grant: to be looked at again when it
        /// is not used.
        Set<Resource> heldBack() {
            var resources = new HashSet<Resource>();
            slots.forEach(slot -> resources.add(slot.resource()));
            for (var kind : TransferKind.values()) {
                resources.add(Resource.mode(candidate.destination(), kind));
            }
            return resources;
        }

        @Override
        public WaitingTransfer waiting() {
            return candidate.waiting();
        }
    }

    /// It is looked at again when `resource` frees. It holds nothing.
    ///
    /// @param full there is no room for anybody; else one that waited longer might have it
    /// @param takes what it holds back from younger ones from now on
    /// @param drops what it no longer holds back
    record Park(
            Candidate candidate,
            Resource resource,
            int limit,
            boolean full,
            Set<Resource> takes,
            Set<Resource> drops)
            implements Decision {

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
