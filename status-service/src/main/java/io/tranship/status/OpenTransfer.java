package io.tranship.status;

import io.tranship.schemas.TransferId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the sweep has to know of a transfer that is not over.
///
/// @param expiresAt null when the request is not in the log
/// @param epoch null before it was dispatched
/// @param heardAt the latest of start and beats, null before the start; the broker's time
/// @param startedAt null before the start; the broker's time
/// @param cancelledAt when somebody first asked to cancel it; the broker's time
record OpenTransfer(
        TransferId id,
        Instant seenAt,
        @Nullable Instant expiresAt,
        @Nullable Long epoch,
        @Nullable Instant startBy,
        @Nullable Instant heardAt,
        @Nullable Instant startedAt,
        @Nullable Instant cancelledAt) {

    /// One that nobody cancelled, and that has not run for long.
    OpenTransfer(
            TransferId id,
            Instant seenAt,
            @Nullable Instant expiresAt,
            @Nullable Long epoch,
            @Nullable Instant startBy,
            @Nullable Instant heardAt) {
        this(id, seenAt, expiresAt, epoch, startBy, heardAt, heardAt, null);
    }
}
