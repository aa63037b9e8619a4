package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.WorkOrder;
import io.tranship.servers.LocalKafka;
import io.tranship.servers.Ports;
import io.tranship.worker.run.Warmup;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left when a launcher or the broker goes while a runner works.
class OutageTest {

    private static final LaunchTimes TIMES = Fleet.times(Duration.ofSeconds(8));

    @TempDir Path folder;

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    }

    @Test
    void aRunnerWhoseLauncherIsKilledStopsInOrder() throws Exception {
        try (var fleet = new Fleet()) {
            var launcher = LauncherProcess.start("launch", fleet, folder);
            LauncherProcess.awaitLine(launcher.getInputStream());
            var order = fleet.order(100);
            try (var held = fleet.hold(order)) {
                fleet.dispatch(order);
                var runner = ProcessHandle.of(fleet.pidOf(order)).orElseThrow();

                launcher.destroyForcibly().waitFor();
                var end = fleet.ended(order);

                assertThat(end.end()).isEqualTo(RunEnd.STOPPED);
                assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_STOPPED.code());
                assertThat(end.error().message()).contains("its launcher is gone");
                assertThat(fleet.facts(Started.class, order)).hasSize(1);
                await().until(() -> !runner.isAlive());
                // A server that was told nothing would wait for the lock, and keep its session.
                await().until(() -> sessionsAtSource(fleet, order) == 0);
                assertThat(held.isValid(1)).isTrue();
            }
            assertThat(folder.resolve("scratch")).isNotEmptyDirectory();
            new ScratchStore(folder.resolve("scratch")).sweep();
            assertThat(folder.resolve("scratch")).isEmptyDirectory();
        }
    }

    /// Its slots may be given away when it has been silent for too long: it must have ended before.
    @Test
    void aRunnerOutOfTouchEndsItselfAndItsEndIsSaidLater() throws Exception {
        try (var broker =
                        new LocalKafka(
                                        folder.resolve("kafka"),
                                        Ports.free(),
                                        Ports.free(),
                                        ProcessHandle.current())
                                .start();
                var fleet = new Fleet(broker.bootstrap(), topics(broker))) {
            var settings = fleet.settings("launcher-1", TIMES);
            try (var launcher =
                    new Launcher(
                            settings,
                            new ProcessLaunchMode(
                                    Fleet.processes(folder.resolve("scratch")),
                                    new Warmup(settings.kafka(), settings.topics().prefix())),
                            fleet.secrets(folder),
                            new LaunchMetrics(new SimpleMeterRegistry()),
                            InstantSource.system())) {
                launcher.start();
                var order = fleet.order(100);
                try (var held = fleet.hold(order)) {
                    fleet.dispatch(order);
                    fleet.pidOf(order);
                    await().until(() -> sessionsAtSource(fleet, order) > 0);

                    broker.kill();

                    await().atMost(TIMES.selfFence().plus(TIMES.longestCall()).plusSeconds(1))
                            .until(() -> sessionsAtSource(fleet, order) == 0);
                    assertThat(held.isValid(1)).isTrue();
                    broker.start();
                    var end = fleet.ended(order);
                    assertThat(end.end()).isEqualTo(RunEnd.STOPPED);
                    assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_SELF_FENCED.code());
                }
            }
        }
    }

    private static long sessionsAtSource(Fleet fleet, WorkOrder order) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                fleet.servers.jdbcUrl("postgres"),
                                fleet.servers.postgresUser(),
                                fleet.servers.postgresPassword());
                var statement =
                        connection.prepareStatement(
                                "select count(*) from pg_stat_activity where application_name = ?")) {
            statement.setString(1, "tranship:%s:%d".formatted(order.installation(), order.epoch()));
            try (var found = statement.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    private static Topics topics(LocalKafka broker) throws Exception {
        var topics = new Topics("own.");
        try (var admin =
                Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(
                            topics.all().stream()
                                    .map(t ->
                                            new NewTopic(t.name(), t.partitions(), (short) 1)
                                                    .configs(t.settings()))
                                    .toList())
                    .all()
                    .get();
        }
        return topics;
    }
}
