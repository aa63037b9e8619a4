package io.tranship.dispatch;

import java.time.Duration;

/// The times that keep a limit hard when a runner falls silent: it must have ended itself before
/// its slots are given to others.
record Silence(
        Duration selfFence, Duration longestCall, Duration clockError, Duration orphanAfter) {

    Silence {
        var ended = selfFence.plus(longestCall).plus(clockError);
        if (ended.compareTo(orphanAfter) >= 0) {
            throw new IllegalArgumentException(
                    """
                    a silent runner could still work when its slots are given away: \
                    tranship.self-fence %s + tranship.longest-call %s + tranship.clock-error %s = %s \
                    must be less than tranship.orphan-after %s; raise tranship.orphan-after, here and \
                    in worker-service and status-service\
                    """
                            .formatted(selfFence, longestCall, clockError, ended, orphanAfter));
        }
    }
}
