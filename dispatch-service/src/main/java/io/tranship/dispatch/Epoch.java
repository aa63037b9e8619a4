package io.tranship.dispatch;

import java.time.Instant;

/// The number under which a transfer is dispatched: the fence.
record Epoch(long number) {

    /// Rises with time too, so that it rises through a database restored from a backup.
    Epoch next(Instant now) {
        return new Epoch(Math.max(number + 1, now.toEpochMilli()));
    }
}
