package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// Makes the catalog on first start, then turns the loops for as long as the service lives: asking
/// on one thread, and on another what asks Kafka and may wait for it.
@ApplicationScoped
class StartLoop {

    private static final Logger LOG = Logger.getLogger(StartLoop.class);
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final Duration TICK_MAX = Duration.ofSeconds(60);

    private final CatalogPublisher publisher;
    private final DueLoop loop;
    private final SilentLoop silent;
    private final RepublishLoop republish;
    private final InstantSource clock;
    private final SchedulerConfig config;
    private final Counter failed;
    private final ScheduledExecutorService timer = thread("due-loop");
    private final ScheduledExecutorService keeper = thread("keep-loop");

    StartLoop(
            CatalogPublisher publisher,
            DueLoop loop,
            SilentLoop silent,
            RepublishLoop republish,
            InstantSource clock,
            SchedulerConfig config,
            MeterRegistry metrics) {
        this.publisher = publisher;
        this.loop = loop;
        this.clock = clock;
        this.silent = silent;
        this.republish = republish;
        this.config = config;
        this.failed = metrics.counter("tranship.schedule.failed");
    }

    void start(@Observes StartupEvent event) {
        if (publisher.found().await().atMost(START_MAX)) {
            LOG.info("made the catalog of a new installation");
        }
        turn(timer, config.dueEvery(), this::tick);
        turn(keeper, config.keepEvery(), this::keep);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    private static void turn(ScheduledExecutorService timer, Duration every, Runnable tick) {
        var _ =
                timer.scheduleWithFixedDelay(
                        tick, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
        keeper.shutdownNow();
    }

    /// Kafka may be away: then nothing is known, and the next turn asks again.
    private void keep() {
        try {
            var _ = republish.tick();
            var _ = silent.tick(clock.instant());
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            failed.increment();
            LOG.warn("a turn of the keep loop failed; the next one makes up for it", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
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
