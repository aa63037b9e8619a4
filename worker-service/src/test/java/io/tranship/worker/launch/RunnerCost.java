package io.tranship.worker.launch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.run.Warmup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Measures what a runner costs for a transfer in which nothing changed: CPU of user and system
/// from exec to exit, warming included. Arguments: the packaged service's folder, how many.
final class RunnerCost {

    private RunnerCost() {}

    public static void main(String[] args) throws Exception {
        var app = Path.of(args[0]).toAbsolutePath();
        var runs = Integer.parseInt(args[1]);
        var folder = Files.createTempDirectory("runner-cost");
        var processes =
                new LauncherSettings.Processes(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        RunnerClassPath.of(app.resolve("quarkus-run.jar").toString()),
                        "256m",
                        List.of(),
                        args.length > 2 ? null : folder.resolve("aot"),
                        folder.resolve("scratch"),
                        2,
                        Duration.ofSeconds(30));
        try (var fleet = new Fleet()) {
            var settings = fleet.settings("launcher-1", Fleet.times());
            try (var launcher =
                    new Launcher(
                            settings,
                            new ProcessLaunchMode(
                                    processes,
                                    new Warmup(settings.kafka(), settings.topics().prefix())),
                            fleet.secrets(folder),
                            new LaunchMetrics(new SimpleMeterRegistry()),
                            InstantSource.system())) {
                launcher.start();
                measure(fleet, runs);
            }
        }
        System.exit(0);
    }

    private static void measure(Fleet fleet, int runs) throws Exception {
        var first = fleet.order(10_000);
        var cpus = new ArrayList<Double>();
        var times = new ArrayList<Long>();
        for (var n = 0; n < runs + 3; n++) {
            var order = n == 0 ? first : again(fleet, first);
            var from = System.nanoTime();
            fleet.dispatch(order);
            var cpu = awaitCpu(fleet, order);
            var took = Duration.ofNanos(System.nanoTime() - from).toMillis();
            System.out.printf(
                    "%d: cpu %.2f s, order to exit %d ms, %s %s%n",
                    n,
                    cpu,
                    took,
                    fleet.facts(ModelFinished.class, order).stream()
                            .map(f ->
                                    f.result().error() == null
                                            ? f.result().outcome()
                                            : f.result().error())
                            .toList(),
                    fleet.facts(Finished.class, order).stream().map(Finished::end).toList());
            if (n >= 3) {
                cpus.add(cpu);
                times.add(took);
            }
            Thread.sleep(2500);
        }
        System.out.println("cpu seconds, sorted: " + cpus.stream().sorted().toList());
        System.out.println("order to exit ms, sorted: " + times.stream().sorted().toList());
        System.out.println(fleet.facts(Started.class, first).size() + " started");
    }

    private static WorkOrder again(Fleet fleet, WorkOrder first) throws SQLException {
        var next =
                fleet.order(
                        (io.tranship.schemas.Endpoint.Postgres)
                                first.sources().getFirst().endpoint(),
                        (io.tranship.schemas.Endpoint.Postgres) first.destination().endpoint());
        return new WorkOrder(
                next.transferId(),
                next.epoch(),
                Instant.now().plusSeconds(60),
                first.installation(),
                next.request(),
                first.destination(),
                first.recipient(),
                first.sources(),
                first.models());
    }

    /// The last that /proc shows before the process is gone.
    private static double awaitCpu(Fleet fleet, WorkOrder order) throws Exception {
        var cpu = 0.0;
        long pid = 0;
        while (true) {
            if (pid == 0) {
                pid = fleet.heartbeats(order).stream().mapToLong(Heartbeat::pid).max().orElse(0);
            } else {
                var seen = cpuOf(pid);
                if (seen.isEmpty()) {
                    return cpu;
                }
                cpu = seen.get();
            }
            Thread.sleep(1);
        }
    }

    private static Optional<Double> cpuOf(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Optional.of((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0);
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
