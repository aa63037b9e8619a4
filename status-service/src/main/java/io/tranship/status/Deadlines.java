package io.tranship.status;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What only time can tell: which open transfer is over because nothing happened.
///
/// Every state that is not final has a deadline here. Whoever is late is not cut off by this: the
/// log decides, and there the first final fact wins.
///
/// @param expiredAfter how long after `expiresAt`; the ledger stops dispatching as long before it
/// @param notTakenAfter how long after `startBy`
/// @param forgottenAfter the deadline of a transfer whose request was lost
record Deadlines(Duration expiredAfter, Duration notTakenAfter, Duration forgottenAfter) {

    /// The fact that ends `open`, or null while it has time.
    ///
    /// @param silentBefore who was last heard before it is silent; null when nobody can be said to
    ///   be
    @Nullable TransferFact overdue(OpenTransfer open, Instant now, @Nullable Instant silentBefore) {
        var epoch = open.epoch();
        var startBy = open.startBy();
        var heardAt = open.heardAt();
        if (epoch == null || startBy == null) {
            return now.isAfter(expiry(open)) ? new Expired(open.id()) : null;
        }
        if (heardAt == null) {
            return now.isAfter(startBy.plus(notTakenAfter))
                    ? new Finished(
                            open.id(),
                            epoch,
                            null,
                            RunEnd.NOT_STARTED,
                            ErrorCode.ORDER_NOT_TAKEN.error(
                                    "No worker took the order by %s; see that launchers are up and have room"
                                            .formatted(startBy)))
                    : null;
        }
        return silentBefore != null && heardAt.isBefore(silentBefore)
                ? new Orphaned(open.id(), epoch)
                : null;
    }

    private Instant expiry(OpenTransfer open) {
        var expiresAt = open.expiresAt();
        return expiresAt == null
                ? open.seenAt().plus(forgottenAfter)
                : expiresAt.plus(expiredAfter);
    }
}
