package io.tranship.status;

import io.tranship.schemas.Actor;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
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
/// @param runMax how long a run may take, however lively it is; then it is cancelled
record Deadlines(
        Duration expiredAfter, Duration notTakenAfter, Duration forgottenAfter, Duration runMax) {

    /// Times before which, by the broker's clock and by what the sweep could hear, somebody is
    /// over.
    ///
    /// @param silent who was last heard before it is silent; null when nobody can be said to be
    /// @param deaf whose cancel was asked for before it does not listen; null as above
    record Before(@Nullable Instant silent, @Nullable Instant deaf) {}

    /// The fact that ends `open` or tells its launcher to, or null while it has time.
    @Nullable TransferFact overdue(OpenTransfer open, Instant now, Before before) {
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
        return running(open, epoch, heardAt, now, before);
    }

    /// A launcher that still beats long after a cancel does not read the log. To give its run up
    /// frees its slots beside it, so for its rest a source's limit may be passed by one; the epoch
    /// keeps it from writing as soon as another claims the model. Without that, one broken launcher
    /// would hold a destination for ever.
    private @Nullable TransferFact running(
            OpenTransfer open, long epoch, Instant heardAt, Instant now, Before before) {
        if (isBefore(heardAt, before.silent()) || isBefore(open.cancelledAt(), before.deaf())) {
            return new Orphaned(open.id(), epoch);
        }
        return open.cancelledAt() == null && isBefore(open.startedAt(), now.minus(runMax))
                ? new CancelRequested(open.id(), Actor.PLATFORM)
                : null;
    }

    private static boolean isBefore(@Nullable Instant time, @Nullable Instant limit) {
        return time != null && limit != null && time.isBefore(limit);
    }

    private Instant expiry(OpenTransfer open) {
        var expiresAt = open.expiresAt();
        return expiresAt == null
                ? open.seenAt().plus(forgottenAfter)
                : expiresAt.plus(expiredAfter);
    }
}
