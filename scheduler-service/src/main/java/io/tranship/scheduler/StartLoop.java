package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Makes the catalog on first start, then turns [DueLoop] for as long as the service lives.
@ApplicationScoped
class StartLoop {

    private static final Logger LOG = Logger.getLogger(StartLoop.class);
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final Duration TICK_MAX = Duration.ofSeconds(60);

    private final CatalogPublisher publisher;
    private final DueLoop loop;
    private final InstantSource clock;
    private final Duration every;
    private final Counter failed;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("due-loop").daemon().factory());

    StartLoop(
            CatalogPublisher publisher,
            DueLoop loop,
            InstantSource clock,
            SchedulerConfig config,
            MeterRegistry metrics) {
        this.publisher = publisher;
        this.loop = loop;
        this.clock = clock;
        this.every = config.dueEvery();
        this.failed = metrics.counter("tranship.schedule.failed");
    }

    void start(@Observes StartupEvent event) {
        if (publisher.found().await().atMost(START_MAX)) {
            LOG.info("made the catalog of a new installation");
        }
        var _ =
                timer.scheduleWithFixedDelay(
                        this::tick, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    /// A failed turn is made up for by the next one.
    private void tick() {
        try {
            loop.tick(clock.instant()).await().atMost(TICK_MAX);
        } catch (RuntimeException e) {
            failed.increment();
            LOG.warn("a turn of the due loop failed; the next one makes up for it", e);
        }
    }
}
