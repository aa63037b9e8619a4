package io.tranship.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// What an operator watches of the ledger.
@ApplicationScoped
class DispatchMetrics {

    private final Timer tick;
    private final Counter failed;
    private final Counter boundHit;
    private final Counter dispatched;
    private final Counter rejected;
    private final AtomicLong waiting;
    private final AtomicLong running;
    private final AtomicLong slots;
    private final AtomicLong room;
    private final Map<Drift.Kind, AtomicLong> drift = new EnumMap<>(Drift.Kind.class);

    DispatchMetrics(MeterRegistry registry) {
        tick =
                Timer.builder("tranship.dispatch.tick")
                        .description("one admission tick, lock included")
                        .publishPercentiles(0.5, 0.99)
                        .register(registry);
        failed = registry.counter("tranship.dispatch.tick.failed");
        boundHit = registry.counter("tranship.dispatch.tick.bound.hit");
        dispatched = registry.counter("tranship.dispatch.dispatched");
        rejected = registry.counter("tranship.dispatch.rejected");
        waiting = registry.gauge("tranship.dispatch.waiting", new AtomicLong());
        running = registry.gauge("tranship.dispatch.running", new AtomicLong());
        slots = registry.gauge("tranship.dispatch.slots.held", new AtomicLong());
        room = registry.gauge("tranship.dispatch.fleet.room", new AtomicLong());
        for (var kind : Drift.Kind.values()) {
            drift.put(
                    kind,
                    registry.gauge(
                            "tranship.dispatch.drift",
                            Tags.of("kind", kind.name().toLowerCase(Locale.ROOT)),
                            new AtomicLong()));
        }
    }

    void ticked(Verdicts verdicts, long nanos) {
        tick.record(Duration.ofNanos(nanos));
        dispatched.increment(verdicts.dispatches().size());
        rejected.increment(verdicts.rejects().size());
        if (verdicts.readsMore()) {
            boundHit.increment();
        }
    }

    void tickFailed() {
        failed.increment();
    }

    /// Must be 0, always.
    void drift(Drift found) {
        drift.forEach((kind, gauge) -> gauge.set(found.count(kind)));
    }

    void depth(UpkeepLedger.Depth depth) {
        waiting.set(depth.waiting());
        running.set(depth.running());
        slots.set(depth.slots());
        room.set(depth.fleetRoom());
    }
}
