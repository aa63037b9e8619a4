package io.tranship.dispatch;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// Keeps the tables small and the gauges fresh, and looks for what does not fit together.
@ApplicationScoped
class UpkeepLoop {

    private final Outbox outbox;
    private final UpkeepLedger ledger;
    private final DispatchMetrics metrics;
    private final DispatchConfig config;
    private final InstantSource clock;
    private final Vertx vertx;
    private final AtomicBoolean turning = new AtomicBoolean();
    private final AtomicReference<UUID> lookedAt = new AtomicReference<>(new UUID(0, 0));
    private long timer;

    UpkeepLoop(
            Outbox outbox,
            UpkeepLedger ledger,
            DispatchMetrics metrics,
            DispatchConfig config,
            InstantSource clock,
            Vertx vertx) {
        this.outbox = outbox;
        this.ledger = ledger;
        this.metrics = metrics;
        this.config = config;
        this.clock = clock;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.upkeep().toMillis(), _ -> turn());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void turn() {
        if (turning.compareAndSet(false, true)) {
            tick(clock.instant())
                    .onTermination()
                    .invoke(() -> turning.set(false))
                    .subscribe()
                    .with(
                            _ -> {},
                            failure -> Log.warnf(failure, "upkeep failed; it is tried again"));
        }
    }

    Uni<Integer> tick(Instant now) {
        return outbox.inTransaction(session ->
                ledger.depth(session, now)
                        .invoke(metrics::depth)
                        .chain(() -> ledger.drift(session, lookedAt.get()))
                        .invoke(this::compared)
                        .chain(() -> ledger.forget(session, now)));
    }

    private void compared(Drift drift) {
        lookedAt.set(drift.last());
        metrics.drift(drift);
        for (var found : drift.found()) {
            Log.errorf(
                    "slots and log have drifted apart: transferId=%s drift=%s; a defect, please report it with the facts of the transfer",
                    found.transferId(), found.kind());
        }
    }
}
