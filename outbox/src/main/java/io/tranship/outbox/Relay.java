package io.tranship.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Publishes outbox rows from a thread of its own, in one process of the service at a time.
@ApplicationScoped
class Relay {

    private static final Duration RECOVER_WAIT = Duration.ofMillis(500);

    /// Longer than a producer takes to give up, so that a batch is not sent in vain.
    private static final Duration STOP_WAIT = Duration.ofSeconds(12);

    private final OutboxConfig config;
    private final RelayLoop loop;
    private final Semaphore pokes = new Semaphore(0);
    private final Semaphore stop = new Semaphore(0);
    private volatile boolean stopping;
    private @Nullable Thread thread;

    Relay(
            OutboxConfig config,
            OutboxMetrics metrics,
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String user,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.config = config;
        loop =
                new RelayLoop(
                        new RelayStore(url, user, password.orElse("")),
                        new RelayPublisher(kafka),
                        metrics,
                        config.batchRowsMax());
    }

    /// Says that rows may have been committed. Never blocks; pokes while one waits are one.
    void poke() {
        if (pokes.availablePermits() == 0) {
            pokes.release();
        }
    }

    void onStart(@Observes StartupEvent starting) {
        if (config.relay()) {
            thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
        }
    }

    void onStop(@Observes ShutdownEvent ending) throws InterruptedException {
        stopping = true;
        stop.release();
        poke();
        if (thread != null && !thread.join(STOP_WAIT)) {
            thread.interrupt();
        }
    }

    private void run() {
        try (loop) {
            while (!stopping) {
                rest(loop.tick(Instant.now()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest(RelayLoop.Next next) throws InterruptedException {
        switch (next) {
            case GO_ON -> {}
            case REST -> {
                if (await(pokes, config.poll())) {
                    pokes.drainPermits();
                }
            }
            case STAND_BY -> await(stop, config.takeOver());
            case RECOVER -> await(stop, RECOVER_WAIT);
        }
    }

    private static boolean await(Semaphore sign, Duration atMost) throws InterruptedException {
        return sign.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
