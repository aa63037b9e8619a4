package io.tranship.worker.launch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;

/// Counts what a launcher does.
final class LaunchMetrics {

    private final MeterRegistry registry;

    LaunchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param what such as `taken`, or why an order was not
    void order(String what) {
        registry.counter("tranship.orders", "what", what.toLowerCase(Locale.ROOT)).increment();
    }

    void launch(boolean succeeded) {
        registry.counter("tranship.launches", "result", succeeded ? "launched" : "failed")
                .increment();
    }

    void renewal() {
        registry.counter("tranship.order.renewals").increment();
    }

    void undecodable(String topic) {
        registry.counter("tranship.undecodable", "topic", topic).increment();
    }

    void runnerEnd(String how) {
        registry.counter("tranship.runner.ends", "how", how.toLowerCase(Locale.ROOT)).increment();
    }

    void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(registry);
    }
}
