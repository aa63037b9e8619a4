package io.tranship.worker.run;

import java.time.Duration;
import java.time.Instant;

/// How long a runner may go on: until nobody can have heard of it for `term`.
///
/// It counts from when a heartbeat was sent, not from its acknowledgement: others count from the
/// broker's append time, which lies between the two. Once over it stays over: a runner that was
/// frozen must not find itself alive by the first heartbeat after it woke.
record Lease(Instant heardAt, Duration term) {

    Lease heard(Instant sentAt) {
        return sentAt.isAfter(heardAt) && !isOver(sentAt) ? new Lease(sentAt, term) : this;
    }

    boolean isOver(Instant now) {
        return !now.isBefore(heardAt.plus(term));
    }

    Duration left(Instant now) {
        var left = Duration.between(now, heardAt.plus(term));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
