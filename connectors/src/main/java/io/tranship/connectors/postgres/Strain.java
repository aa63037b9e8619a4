package io.tranship.connectors.postgres;

import java.time.Duration;

/// How much a server suffers, from how long it takes over the least of statements.
final class Strain {

    private static final int TIMES = 10;
    private static final Duration UNNOTICED = Duration.ofMillis(100);
    private static final Duration REST_MAX = Duration.ofSeconds(10);

    private Duration least = Duration.ofDays(1);
    private Duration lastRead = Duration.ZERO;

    /// @param answer how long it took now
    /// @return how long to leave it alone: as long as the last read took, when it answers ten times
    ///   as slowly as it can
    Duration restAfter(Duration answer) {
        least = shorter(least, answer);
        return answer.compareTo(UNNOTICED) > 0 && answer.compareTo(least.multipliedBy(TIMES)) > 0
                ? shorter(lastRead, REST_MAX)
                : Duration.ZERO;
    }

    void read(Duration took) {
        lastRead = took;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
