package io.tranship.worker.run;

import java.time.Duration;
import java.time.Instant;

/// How long a run may go on: until nobody can have heard of it for `term`. Its launcher keeps it
/// until there is a runner, which goes on from there.
///
/// It counts from when a heartbeat was sent, not from its acknowledgement: others count from the
/// broker's append time, which lies between the two. Once over it stays over: whoever was frozen
/// must not find the run alive by the first heartbeat after it woke.
public record Lease(Instant heardAt, Duration term) {

    public Lease heard(Instant sentAt) {
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
