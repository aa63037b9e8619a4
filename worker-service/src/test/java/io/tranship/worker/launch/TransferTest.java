package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.Secret;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferStatus;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.run.Warmup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transfers from launcher to row: real broker, real databases, runners as processes.
class TransferTest {

    @TempDir Path folder;

    private final Fleet fleet = new Fleet();
    private @Nullable Launcher launcher;

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    }

    @AfterEach
    void end() {
        if (launcher != null) {
            launcher.close();
        }
        fleet.close();
    }

    @Test
    void aTransferRunsFromOrderToReceipt() throws SQLException, IOException {
        start();
        var order = fleet.order(1_000);

        fleet.dispatch(order);
        var end = fleet.ended(order);

        assertThat(end.end()).isEqualTo(RunEnd.COMPLETED);
        var result = fleet.facts(ModelFinished.class, order).getFirst().result();
        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(result.receipt().rowsRead()).isEqualTo(1_000);
        assertThat(TransferStatus.of(fleet.factsOf(order))).isEqualTo(TransferStatus.SUCCESS);
        assertThat(fleet.heartbeats(order)).extracting(Heartbeat::pid).anyMatch(pid -> pid > 0);
        await().untilAsserted(() -> assertThat(scratchOfOthersThanWarm()).isEmpty());
    }

    /// The launcher's half: the evidence is in the log at once.
    @Test
    void aRunnerKilledHardIsOrphanedWithinTheLimit() throws SQLException {
        start();
        var order = fleet.order(1_000);
        try (var held = fleet.hold(order)) {
            fleet.dispatch(order);
            ProcessHandle.of(fleet.pidOf(order)).orElseThrow().destroyForcibly();

            var end = fleet.ended(order);

            assertThat(held.isValid(1)).isTrue();
            assertThat(end.end()).isEqualTo(RunEnd.DIED);
            assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_DIED.code());
            assertThat(end.error().message()).contains("SIGKILL");
            assertThat(TransferStatus.of(fleet.factsOf(order))).isEqualTo(TransferStatus.ORPHANED);
        }
        await().untilAsserted(() -> assertThat(scratchOfOthersThanWarm()).isEmpty());
    }

    @Test
    void aTransferCancelledWhileItRunsIsStopped() throws SQLException {
        start();
        var order = fleet.order(1_000);
        try (var held = fleet.hold(order)) {
            fleet.dispatch(order);
            fleet.pidOf(order);

            fleet.say(new CancelRequested(order.transferId(), Actor.SCHEDULE));
            var end = fleet.ended(order);

            assertThat(held.isValid(1)).isTrue();
            assertThat(end.end()).isEqualTo(RunEnd.STOPPED);
            assertThat(end.error().code()).isEqualTo(ErrorCode.STOPPED_BY_USER.code());
            assertThat(TransferStatus.of(fleet.factsOf(order))).isEqualTo(TransferStatus.KILLED);
        }
    }

    @Test
    void aRunnerThatCannotStartIsAnError() throws SQLException {
        start(List.of("-XX:NoSuchOption"));
        var order = fleet.order(1);

        fleet.dispatch(order);
        var end = fleet.ended(order);

        assertThat(end.end()).isEqualTo(RunEnd.NOT_STARTED);
        assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_NOT_STARTED.code());
        assertThat(end.error().message()).contains("exit code 1");
        assertThat(TransferStatus.of(fleet.factsOf(order))).isEqualTo(TransferStatus.ERROR);
    }

    /// One broken machine must not take the orders of a whole fleet and fail them all.
    @Test
    void aLauncherWhoseRunnersDoNotStartTakesNoMoreOrdersUntilOneDoes() throws Exception {
        var broken = Files.createFile(folder.resolve("broken"));
        start(javaUnless(broken), List.of());
        for (var i = 0; i < 3; i++) {
            var order = fleet.order(1);
            fleet.dispatch(order);
            assertThat(fleet.ended(order).end()).isEqualTo(RunEnd.NOT_STARTED);
        }
        await().until(() -> rooms().getLast().capacity() == 0);

        var order = fleet.order(1);
        fleet.dispatch(order);
        var roomsBefore = rooms().size();
        await().until(() -> rooms().size() > roomsBefore + 1);
        assertThat(fleet.factsOf(order)).noneMatch(Started.class::isInstance);

        Files.delete(broken);
        assertThat(fleet.ended(order).end()).isEqualTo(RunEnd.COMPLETED);
        await().until(() -> rooms().getLast().capacity() > 0);
    }

    private List<LauncherRoom> rooms() {
        return fleet.telemetry.stream()
                .filter(LauncherRoom.class::isInstance)
                .map(LauncherRoom.class::cast)
                .toList();
    }

    private Path javaUnless(Path broken) throws IOException {
        var java = folder.resolve("java");
        Files.writeString(
                java,
                """
                #!/bin/sh
                [ ! -e '%s' ] || exit 1
                exec '%s' "$@"
                """
                        .formatted(broken, Fleet.processes(folder.resolve("scratch")).java()));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return java;
    }

    @Test
    void runnersAreToldToStopWhenTheGraceIsOver() throws SQLException, InterruptedException {
        start();
        var order = fleet.order(1_000);
        try (var held = fleet.hold(order)) {
            fleet.dispatch(order);
            fleet.pidOf(order);

            started().drain(Duration.ofMillis(200));

            assertThat(held.isValid(1)).isTrue();
            assertThat(fleet.ended(order).end()).isEqualTo(RunEnd.STOPPED);
            assertThat(fleet.ended(order).error().code())
                    .isEqualTo(ErrorCode.RUNNER_STOPPED.code());
        }
    }

    /// What a process list, an environment, a folder, a topic or a log shows.
    @Test
    void aSecretIsNowhereButInTheRunnersMemory() throws Exception {
        var lines = new CopyOnWriteArrayList<String>();
        var listener = new LogListener(lines);
        Logger.getLogger("").addHandler(listener);
        start();
        var order = withCanary(fleet.order(10));
        try (var held = fleet.hold(order)) {
            fleet.dispatch(order);
            var proc = Path.of("/proc/" + fleet.pidOf(order));
            assertThat(held.isValid(1)).isTrue();

            assertThat(Files.readString(proc.resolve("cmdline")))
                    .contains("io.tranship.worker.run.Runner")
                    .doesNotContain(Fleet.CANARY);
            assertThat(Files.readString(proc.resolve("environ"))).doesNotContain(Fleet.CANARY);
        }
        var end = fleet.ended(order);

        assertThat(end.end()).isEqualTo(RunEnd.COMPLETED);
        assertThat(fleet.log.toString()).doesNotContain(Fleet.CANARY);
        assertThat(fleet.telemetry.toString()).doesNotContain(Fleet.CANARY);
        started().close();
        Logger.getLogger("").removeHandler(listener);
        assertThat(lines.toString()).contains("event=accepted").doesNotContain(Fleet.CANARY);
    }

    private static final class LogListener extends Handler {
        private final List<String> lines;

        LogListener(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord said) {
            lines.add(said.getMessage() + Arrays.toString(said.getParameters()));
            if (said.getThrown() != null) {
                lines.add(said.getThrown().toString());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /// The test's server asks for no password, so that the canary can be one.
    private static WorkOrder withCanary(WorkOrder o) {
        var d = o.destination();
        var p = (Postgres) d.endpoint();
        var endpoint =
                new Postgres(
                        p.host(),
                        p.port(),
                        p.database(),
                        p.schema(),
                        p.username(),
                        new Secret.Env("CANARY"),
                        p.sslMode(),
                        p.sslRootCert());
        var destination =
                new Destination(
                        d.id(),
                        d.name(),
                        d.revision(),
                        d.recipient(),
                        endpoint,
                        d.models(),
                        d.enabled(),
                        d.frequencyMinutes(),
                        d.maxConcurrentTransfers(),
                        d.maxConcurrentQueriesPerTransfer(),
                        d.readers());
        return new WorkOrder(
                o.transferId(),
                o.epoch(),
                o.startBy(),
                o.installation(),
                o.request(),
                destination,
                o.recipient(),
                o.sources(),
                o.models());
    }

    private void start() {
        start(List.of());
    }

    private void start(List<String> jvmOptions) {
        start(Fleet.processes(folder.resolve("scratch")).java(), jvmOptions);
    }

    private void start(Path java, List<String> jvmOptions) {
        var plain = Fleet.processes(folder.resolve("scratch"));
        var processes =
                new LauncherSettings.Processes(
                        java,
                        plain.classPath(),
                        plain.heap(),
                        jvmOptions,
                        null,
                        plain.scratch(),
                        1,
                        plain.startTimeout());
        var settings = fleet.settings("launcher-1", Fleet.times());
        launcher =
                new Launcher(
                        settings,
                        new ProcessLaunchMode(
                                processes,
                                new Warmup(settings.kafka(), settings.topics().prefix())),
                        fleet.secrets(folder),
                        new LaunchMetrics(new SimpleMeterRegistry()),
                        InstantSource.system());
        launcher.start();
    }

    private Launcher started() {
        if (launcher == null) {
            throw new IllegalStateException("not started");
        }
        return launcher;
    }

    /// One folder is the warm runner's.
    private List<Path> scratchOfOthersThanWarm() throws IOException {
        try (var own = Files.walk(folder.resolve("scratch"), 2)) {
            var runs = own.filter(p -> p.getFileName().toString().startsWith("run-")).toList();
            return runs.size() <= 1 ? List.of() : runs;
        }
    }
}
