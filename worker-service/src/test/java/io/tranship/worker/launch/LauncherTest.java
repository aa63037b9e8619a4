package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.schemas.Actor;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.WorkOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Launchers against a real broker, with runners turned by hand.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LauncherTest {

    @TempDir static Path folder;

    private final Fleet fleet = new Fleet();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HandLaunchMode mode = new HandLaunchMode();
    private @Nullable Launcher shared;

    /// One launcher for all tests: a new member of a share group waits seconds for its first order.
    @BeforeAll
    void start() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
        shared = start("launcher-1", fleet, mode);
    }

    @AfterEach
    void endRunners() {
        for (var runner : mode.launched) {
            runner.events.accept(new SandboxEvent.Finished());
            runner.events.accept(new SandboxEvent.Exited(0));
        }
        await().until(() -> shared != null && shared.view().isEmpty());
        mode.launched.clear();
        registry.clear();
    }

    @AfterAll
    void end() {
        if (shared != null) {
            shared.close();
        }
        fleet.close();
    }

    @Test
    void anOrderIsStartedAcknowledgedAndHandedOver() {
        var order = anyOrder();

        fleet.dispatch(order);
        var handover = launched(order).handover;

        var started = fleet.facts(Started.class, order);
        assertThat(started).hasSize(1);
        assertThat(started.getFirst().launcher()).isEqualTo("launcher-1");
        assertThat(started.getFirst().host()).isEqualTo("test-host");
        assertThat(handover.run()).isEqualTo(started.getFirst().run());
        assertThat(handover.passwords().keySet())
                .containsExactlyInAnyOrder(
                        order.destination().id(), order.sources().getFirst().id());
        await().until(() -> !fleet.heartbeats(order).isEmpty());
    }

    @Test
    void theLauncherAnnouncesItsRoom() {
        await().until(() -> fleet.telemetry.stream().anyMatch(LauncherRoom.class::isInstance));

        assertThat(fleet.telemetry).contains(new LauncherRoom("launcher-1", "test-host", 2, 0));
    }

    @Test
    void withoutRoomNoOrderIsTaken() {
        var orders = List.of(anyOrder(), anyOrder(), anyOrder());
        orders.forEach(fleet::dispatch);
        await().until(() -> mode.launched.size() == 2);

        await().during(Duration.ofSeconds(1)).until(() -> mode.launched.size() == 2);
        mode.launched.getFirst().events.accept(new SandboxEvent.Finished());
        mode.launched.getFirst().events.accept(new SandboxEvent.Exited(0));

        await().until(() -> mode.launched.size() == 3);
    }

    /// Twins: the same order twice in the topic, two launchers, and a redelivery.
    @Test
    void anOrderTakenTwiceIsRunOnce() {
        var twin = new HandLaunchMode();
        var order = anyOrder();
        try (var other = start("launcher-2", fleet, twin)) {
            assertThat(other.view()).isEmpty();
            fleet.dispatch(order);
            fleet.order(order);
            fleet.order(order);

            await().until(() -> launches(order, mode) + launches(order, twin) == 1);
            await().until(() -> orders("taken") == 1 && orders("already_taken", "lost") == 2);
            assertThat(launches(order, mode) + launches(order, twin)).isEqualTo(1);
        }
    }

    @Test
    void anOrderThatIsOverIsDropped() {
        var order = anyOrder();
        fleet.say(Fleet.dispatched(order));
        fleet.say(new Finished(order.transferId(), order.epoch(), null, RunEnd.NOT_STARTED, null));

        fleet.order(order);

        await().until(() -> orders("ended") == 1);
        assertThat(mode.launched).isEmpty();
        assertThat(fleet.facts(Started.class, order)).isEmpty();
    }

    @Test
    void anOrderAfterItsTimeIsDropped() {
        var order = late(anyOrder());

        fleet.dispatch(order);

        await().until(() -> orders("too_late") == 1);
        assertThat(mode.launched).isEmpty();
    }

    @Test
    void anOrderThatOvertakesItsDispatchIsTakenWhenThatComes() {
        var order = anyOrder();
        fleet.order(order);
        await().during(Duration.ofSeconds(1)).until(mode.launched::isEmpty);

        fleet.say(Fleet.dispatched(order));

        launched(order);
    }

    @Test
    void anOrderCancelledBeforeItsStartEndsWithoutARun() {
        var order = anyOrder();
        fleet.say(Fleet.dispatched(order));
        fleet.say(new CancelRequested(order.transferId(), Actor.SCHEDULE));

        fleet.order(order);

        await().until(() -> fleet.facts(Finished.class, order).size() == 1);
        var end = fleet.facts(Finished.class, order).getFirst();
        assertThat(end.run()).isNull();
        assertThat(end.end()).isEqualTo(RunEnd.STOPPED);
        assertThat(fleet.facts(Started.class, order)).isEmpty();
        assertThat(mode.launched).isEmpty();
    }

    @Test
    void aCancelStopsTheRunnerAndThenKillsIt() {
        var order = anyOrder();
        fleet.dispatch(order);
        var runner = launched(order);

        fleet.say(new CancelRequested(order.transferId(), Actor.SCHEDULE));

        await().until(() -> runner.stopped);
        assertThat(runner.killed).isFalse();
        await().until(() -> runner.killed);
        await().until(() -> fleet.facts(Finished.class, order).size() == 1);
        assertThat(fleet.facts(Finished.class, order).getFirst().end()).isEqualTo(RunEnd.DIED);
    }

    @Test
    void aSecondOrderOfARunningTransferDoesNotMakeItDeafToACancel() {
        var order = anyOrder();
        fleet.dispatch(order);
        var runner = launched(order);
        fleet.order(order);
        await().until(() -> orders("already_taken") == 1);

        fleet.say(new CancelRequested(order.transferId(), Actor.SCHEDULE));

        await().until(() -> runner.stopped);
    }

    @Test
    void aFinalFactOfAnotherStopsTheRunner() {
        var order = anyOrder();
        fleet.dispatch(order);
        var runner = launched(order);

        fleet.say(new io.tranship.schemas.TransferFact.Orphaned(order.transferId(), order.epoch()));

        await().until(() -> runner.stopped);
    }

    @Test
    void bytesThatAreNoOrderAreBuriedAndTheNextOrderIsTaken() {
        fleet.send(fleet.topics.workOrders(), "x", "garbage".getBytes(StandardCharsets.UTF_8));
        var order = anyOrder();
        fleet.dispatch(order);

        launched(order);

        var dead = deadLetters();
        assertThat(new String(dead, StandardCharsets.UTF_8)).isEqualTo("garbage");
    }

    @Test
    void aLaunchThatFailsForAnyReasonIsAnEndThatSaysSo() {
        mode.exhausted = true;
        var order = anyOrder();

        fleet.dispatch(order);

        await().until(() -> fleet.facts(Finished.class, order).size() == 1);
        mode.exhausted = false;
        var end = fleet.facts(Finished.class, order).getFirst();
        assertThat(end.end()).isEqualTo(RunEnd.NOT_STARTED);
        assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_NOT_STARTED.code());
    }

    @Test
    void aSecretThatIsMissingIsAnEndThatSaysSo() {
        var any = anyOrder();
        var order =
                fleet.order(
                        withPassword(fleet.endpoint("a"), "NO_SUCH_VARIABLE"), fleet.endpoint("b"));
        assertThat(any.transferId()).isNotEqualTo(order.transferId());

        fleet.dispatch(order);

        await().until(() -> fleet.facts(Finished.class, order).size() == 1);
        var end = fleet.facts(Finished.class, order).getFirst();
        assertThat(end.end()).isEqualTo(RunEnd.NOT_STARTED);
        assertThat(end.error().message()).contains("NO_SUCH_VARIABLE");
        assertThat(mode.launched).isEmpty();
    }

    @Test
    void aLauncherThatDrainsTakesNothingAndLetsItsRunnersEnd() throws InterruptedException {
        var hand = new HandLaunchMode();
        try (var own = new Fleet();
                var launcher = start("launcher-3", own, hand)) {
            var order = anyOrder();
            own.dispatch(order);
            var runner = launched(order, hand);
            var draining = Thread.ofPlatform().start(() -> drain(launcher, Duration.ofMinutes(1)));
            await().until(() ->
                    own.telemetry.contains(new LauncherRoom("launcher-3", "test-host", 0, 1)));

            own.dispatch(anyOrder());
            await().during(Duration.ofSeconds(2)).until(() -> hand.launched.size() == 1);
            assertThat(runner.stopped).isFalse();
            runner.events.accept(new SandboxEvent.Finished());
            runner.events.accept(new SandboxEvent.Exited(0));

            assertThat(draining.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void afterTheGraceRunnersAreStopped() {
        var hand = new HandLaunchMode();
        try (var own = new Fleet();
                var launcher = start("launcher-4", own, hand)) {
            var order = anyOrder();
            own.dispatch(order);
            var runner = launched(order, hand);

            drain(launcher, Duration.ofMillis(100));

            assertThat(runner.stopped).isTrue();
            assertThat(runner.killed).isTrue();
        }
    }

    private static void drain(Launcher launcher, Duration grace) {
        try {
            launcher.drain(grace);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Launcher start(String name, Fleet where, HandLaunchMode hand) {
        var launcher =
                new Launcher(
                        where.settings(name, Fleet.times()),
                        hand,
                        where.secrets(folder),
                        new LaunchMetrics(registry),
                        InstantSource.system());
        launcher.start();
        return launcher;
    }

    private WorkOrder anyOrder() {
        return fleet.order(fleet.endpoint("a"), fleet.endpoint("b"));
    }

    private HandLaunchMode.Launched launched(WorkOrder order) {
        return launched(order, mode);
    }

    private static HandLaunchMode.Launched launched(WorkOrder order, HandLaunchMode hand) {
        await().until(() -> launches(order, hand) == 1);
        return hand.launched.stream()
                .filter(l -> l.handover.order().transferId().equals(order.transferId()))
                .findFirst()
                .orElseThrow();
    }

    private static int launches(WorkOrder order, HandLaunchMode mode) {
        return (int)
                mode.launched.stream()
                        .filter(l -> l.handover.order().transferId().equals(order.transferId()))
                        .count();
    }

    private double orders(String... whats) {
        var sum = 0.0;
        for (var what : whats) {
            sum += registry.counter("tranship.orders", "what", what).count();
        }
        return sum;
    }

    private static io.tranship.schemas.Endpoint.Postgres withPassword(
            io.tranship.schemas.Endpoint.Postgres p, String variable) {
        return new io.tranship.schemas.Endpoint.Postgres(
                p.host(),
                p.port(),
                p.database(),
                p.schema(),
                p.username(),
                new io.tranship.schemas.Secret.Env(variable),
                p.sslMode(),
                p.sslRootCert());
    }

    private static WorkOrder late(WorkOrder o) {
        return new WorkOrder(
                o.transferId(),
                o.epoch(),
                Instant.now().minusSeconds(1),
                o.installation(),
                o.request(),
                o.destination(),
                o.recipient(),
                o.sources(),
                o.models());
    }

    private byte[] deadLetters() {
        var topic = new TopicPartition(fleet.topics.deadLetters(fleet.topics.workOrders()), 0);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", fleet.servers.kafkaBootstrap()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            var found = consumer.poll(Duration.ofSeconds(10)).records(topic).getFirst();
            assertThat(found.headers().lastHeader("tranship_dlq_reason")).isNotNull();
            return found.value();
        }
    }
}
