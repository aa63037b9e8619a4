package io.tranship.worker.launch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.SecretResolver;
import io.tranship.schemas.Topics;
import io.tranship.worker.run.Warmup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// A launcher in a process of its own, to be killed. Or, with `hold`, only a member of the share
/// group that takes an order and keeps it.
final class LauncherProcess {

    private LauncherProcess() {}

    /// @param what `launch` or `hold`
    static Process start(String what, Fleet fleet, Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LauncherProcess.class.getName(),
                        what,
                        fleet.kafka,
                        fleet.topics.prefix(),
                        folder.toString(),
                        fleet.servers.postgresPassword())
                .redirectError(folder.resolve(what + ".log").toFile())
                .start();
    }

    static void awaitLine(InputStream out) throws IOException {
        if (out.read() < 0) {
            throw new IOException("it ended");
        }
    }

    public static void main(String[] args) throws Exception {
        var settings =
                new LauncherSettings(
                        "launcher-x",
                        "test-host",
                        2,
                        Map.of("bootstrap.servers", args[1]),
                        new Topics(args[2]),
                        Fleet.times(),
                        Duration.ofSeconds(30),
                        100_000,
                        10_000);
        if (args[0].equals("hold")) {
            hold(settings);
        } else {
            launch(settings, Path.of(args[3]), args[4]);
        }
    }

    private static void hold(LauncherSettings settings) throws InterruptedException {
        try (var orders = new OrderConsumer(settings, InstantSource.system())) {
            while (orders.next(Duration.ofSeconds(1)).isEmpty()) {
                Thread.onSpinWait();
            }
            System.out.println("held");
            Thread.sleep(Duration.ofMinutes(5));
        }
    }

    private static void launch(LauncherSettings settings, Path folder, String password)
            throws InterruptedException {
        var launcher =
                new Launcher(
                        settings,
                        new ProcessLaunchMode(
                                Fleet.processes(folder.resolve("scratch")),
                                new Warmup(settings.kafka(), settings.topics().prefix())),
                        new SecretStore(
                                new SecretResolver(
                                        "launcher-x",
                                        () -> FleetKey.readOrCreate(folder.resolve("key")),
                                        _ -> password,
                                        null,
                                        "")),
                        new LaunchMetrics(new SimpleMeterRegistry()),
                        InstantSource.system());
        launcher.start();
        System.out.println("started");
        Thread.sleep(Duration.ofMinutes(5));
    }
}
