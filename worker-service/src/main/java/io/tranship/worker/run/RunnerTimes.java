package io.tranship.worker.run;

import java.time.Duration;

/// The times a runner lives by.
///
/// @param beat between two heartbeats
/// @param selfFence without an acknowledged heartbeat for this long it stops its work
/// @param longestCall after a stop, work that is not over by then is cut off with the process
/// @param patience how long it tries to report an end while the broker is away
public record RunnerTimes(
        Duration beat, Duration selfFence, Duration longestCall, Duration patience) {}
