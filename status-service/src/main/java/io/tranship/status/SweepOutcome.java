package io.tranship.status;

/// What came of one turn of the sweep.
enum SweepOutcome {
    SWEPT,
    /// Its own beat did not get through, so nothing is known about anybody.
    KAFKA_AWAY,
    /// This service has not read yet what was in Kafka.
    BEHIND,
    /// Another replica sweeps.
    STANDING_BY
}
