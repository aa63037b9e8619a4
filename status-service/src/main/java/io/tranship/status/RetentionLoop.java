package io.tranship.status;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tranship.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Deletes what ended long ago, a bounded number at a time. Any number of replicas may turn at
/// once.
@ApplicationScoped
class RetentionLoop {

    /// Each has its facts, which may be a few thousand.
    static final int BATCH_MAX = 200;

    private static final int BATCHES_MAX = 50;
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration DATABASE_WAIT = Duration.ofSeconds(30);

    private final StatusConfig config;
    private final SweepStore store;
    private final Outbox outbox;
    private final StatusMetrics metrics;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Thread thread;

    RetentionLoop(
            StatusConfig config,
            SweepStore store,
            Outbox outbox,
            StatusMetrics metrics,
            InstantSource clock) {
        this.config = config;
        this.store = store;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// One turn. Blocks.
    ///
    /// @return how many transfers are no more
    int tick(Instant now) {
        var before = now.minus(config.keep());
        var all = 0;
        for (var batch = 0; batch < BATCHES_MAX && stopping.getCount() > 0; batch++) {
            var gone =
                    outbox.read(session -> store.forget(session, before, BATCH_MAX))
                            .await()
                            .atMost(DATABASE_WAIT);
            all += gone;
            if (gone < BATCH_MAX) {
                break;
            }
        }
        metrics.forgotten(all);
        return all;
    }

    void onStart(@Observes StartupEvent starting) {
        if (config.sweep().enabled()) {
            thread = Thread.ofPlatform().name("retention").daemon().start(this::run);
        }
    }

    private void run() {
        try {
            while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                turnOver();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void turnOver() {
        try {
            var _ = tick(clock.instant());
        } catch (RuntimeException trouble) {
            metrics.sweepTrouble("retention", trouble);
        }
    }

    void onStop(@Observes ShutdownEvent ending) throws InterruptedException {
        stopping.countDown();
        if (thread != null && !thread.join(Duration.ofSeconds(5))) {
            thread.interrupt();
        }
    }
}
