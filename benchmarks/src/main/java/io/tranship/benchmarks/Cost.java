package io.tranship.benchmarks;

import java.util.Map;

/// Processor time that the servers spend between two moments.
final class Cost {

    private static final double MILLIS_PER_SECOND = 1000;

    private final Stand stand;
    private final Cpu service;
    private final double broker;
    private final double database;
    private final double own;

    private Cost(Stand stand, Cpu service) {
        this.stand = stand;
        this.service = service;
        this.broker = stand.brokerCpu().seconds();
        this.database = stand.databaseCpu().seconds();
        this.own = service.seconds();
    }

    static Cost begin(Stand stand, Cpu service) {
        return new Cost(stand, service);
    }

    /// Milliseconds for each of so many.
    Map<String, Double> end(int count) {
        return Map.of(
                "broker", (stand.brokerCpu().seconds() - broker) * MILLIS_PER_SECOND / count,
                "database", (stand.databaseCpu().seconds() - database) * MILLIS_PER_SECOND / count,
                "service", (service.seconds() - own) * MILLIS_PER_SECOND / count);
    }
}
