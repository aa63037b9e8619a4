package io.tranship.scheduler;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Time and chance, which the core gets as arguments.
final class ClockConfig {

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    /// Ids must differ between replicas, so chance comes from the operating system.
    @Produces
    @Singleton
    RandomGenerator random() {
        return new SecureRandom();
    }
}
