package io.tranship.worker.launch;

import java.time.Duration;

/// The times that launcher, runner and the rest of the fleet agree on.
record LaunchTimes(
        Duration expiry,
        Duration startBy,
        Duration beat,
        Duration selfFence,
        Duration longestCall,
        Duration clockError,
        Duration orphanAfter,
        Duration killDeadline,
        Duration grace) {

    /// A runner must have ended before others may count it as lost and give its slots away.
    LaunchTimes {
        var silent = selfFence.plus(longestCall).plus(clockError);
        if (silent.compareTo(orphanAfter) >= 0) {
            throw new IllegalArgumentException(
                    "tranship.self-fence %s + tranship.longest-call %s + tranship.clock-error %s = %s is not below tranship.orphan-after %s: a runner could work on when its slots are given away; raise orphan-after or lower the others"
                            .formatted(selfFence, longestCall, clockError, silent, orphanAfter));
        }
    }

    /// How far back the log may hold something about an order that can still be taken.
    Duration horizon() {
        return expiry.plus(startBy).plus(clockError);
    }

    /// How long after a final fact an order of its transfer can still come.
    Duration finalsKept() {
        return startBy.plus(clockError);
    }
}
