package io.tranship.worker.launch;

import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import io.tranship.worker.run.LogPublisher;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;

/// One launcher, whole: takes orders, tails the log, watches its runners. Each on a thread of its
/// own.
final class Launcher implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Launcher.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final LauncherSettings settings;
    private final InstantSource clock;
    private final LaunchMetrics metrics;
    private final LaunchMode mode;
    private final Admin admin;
    private final LogPublisher publisher;
    private final LogTailConsumer tail;
    private final RunnerLoop runners;
    private final Thread orders;
    private volatile boolean draining;
    private volatile Instant tookAt;

    Launcher(
            LauncherSettings settings,
            LaunchMode mode,
            SecretStore secrets,
            LaunchMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
        this.mode = mode;
        this.tookAt = clock.instant();
        this.admin = Admin.create(new HashMap<>(settings.kafka()));
        this.publisher =
                LogPublisher.connect(settings.kafka(), settings.topics(), "/tranship/launcher");
        this.tail = new LogTailConsumer(settings, admin, clock, metrics, this::logged);
        this.runners =
                new RunnerLoop(
                        settings,
                        publisher,
                        mode,
                        secrets,
                        tail::state,
                        tail::release,
                        metrics,
                        clock);
        this.orders = Thread.ofPlatform().name("orders").daemon().unstarted(this::takeOrders);
    }

    void start() {
        tail.start();
        runners.start();
        orders.start();
    }

    List<Runners.View> view() {
        return runners.view();
    }

    /// When each of its threads last came round: orders, tail, runners.
    Map<String, Instant> lastRounds() {
        return Map.of("orders", tookAt, "tail", tail.heardAt(), "runners", runners.tickedAt());
    }

    /// Takes nothing new, lets runners end within `grace`, then stops them.
    void drain(Duration grace) throws InterruptedException {
        draining = true;
        runners.drain();
        endOrders();
        LOG.log(System.Logger.Level.INFO, "event=draining grace={0}", grace);
        if (!awaitEmpty(grace)) {
            runners.stopAll();
            awaitEmpty(settings.times().killDeadline().plusSeconds(5));
        }
    }

    /// It leaves by itself within a poll, unless it waits for a broker.
    private void endOrders() {
        try {
            if (!orders.join(Duration.ofSeconds(5))) {
                orders.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitEmpty(Duration limit) throws InterruptedException {
        var until = clock.instant().plus(limit);
        while (!runners.isEmpty()) {
            if (!clock.instant().isBefore(until)) {
                return false;
            }
            Thread.sleep(50);
        }
        return true;
    }

    private void logged(TransferId transferId, TransferState state) {
        runners.logged(transferId, state);
    }

    private void takeOrders() {
        while (!draining) {
            try {
                readOldestFirst();
                try (var consumer = new OrderConsumer(settings, clock)) {
                    takeOrders(consumer);
                }
            } catch (InterruptException _) {
                return;
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "event=orders_failed retried=true", e);
                pause();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void takeOrders(OrderConsumer consumer) throws InterruptedException {
        var loop =
                new OrderLoop(
                        settings,
                        consumer,
                        tail,
                        publisher,
                        runners,
                        metrics,
                        clock,
                        new SecureRandom());
        while (!draining) {
            tookAt = clock.instant();
            loop.tick();
        }
    }

    /// A share group begins at the end of its topic unless it is told otherwise, and would miss
    /// what was ordered before its first member came.
    private void readOldestFirst() throws InterruptedException {
        var group = new ConfigResource(ConfigResource.Type.GROUP, settings.group());
        var earliest =
                new AlterConfigOp(
                        new ConfigEntry("share.auto.offset.reset", "earliest"),
                        AlterConfigOp.OpType.SET);
        try {
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException(
                    "share group %s could not be told to begin at the oldest order"
                            .formatted(settings.group()),
                    e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        draining = true;
        endOrders();
        runners.close();
        tail.close();
        mode.close();
        publisher.close();
        admin.close(Duration.ofSeconds(2));
    }
}
