package io.tranship.scheduler;

import io.tranship.scheduler.DueTransfers.Failed;
import java.time.Duration;
import java.time.Instant;

/// How long to wait after failures: twice as long after each, up to a cap.
record Backoff(Duration first, Duration max) {

    private static final int DOUBLINGS_MAX = 30;

    Backoff {
        if (!first.isPositive() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "a backoff that begins with %s and ends with %s; give a positive time and one that is no shorter"
                            .formatted(first, max));
        }
    }

    Duration after(int failures) {
        var doublings = Math.clamp(failures - 1L, 0, DOUBLINGS_MAX);
        // Compared by division: the product may be more than a duration holds.
        return max.dividedBy(1L << doublings).compareTo(first) <= 0
                ? max
                : first.multipliedBy(1L << doublings);
    }

    Instant after(Failed failed) {
        return failed.at().plus(after(failed.times()));
    }
}
