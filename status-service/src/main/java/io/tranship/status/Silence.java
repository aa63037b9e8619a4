package io.tranship.status;

import java.time.Duration;

/// The times that keep a limit hard when a runner falls silent: it must have ended itself before it
/// is given up and its slots go to others.
record Silence(
        Duration selfFence, Duration longestCall, Duration clockError, Duration orphanAfter) {

    Silence {
        var ended = selfFence.plus(longestCall).plus(clockError);
        if (ended.compareTo(orphanAfter) >= 0) {
            throw new IllegalArgumentException(
                    """
                    a silent runner could still work when it is given up: \
                    tranship.self-fence %s + tranship.longest-call %s + tranship.clock-error %s = %s \
                    must be less than tranship.orphan-after %s; raise tranship.orphan-after, here and \
                    in dispatch-service and worker-service\
                    """
                            .formatted(selfFence, longestCall, clockError, ended, orphanAfter));
        }
    }
}
