package io.tranship.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs `tranship up` as a process of its own, which outlives this one.
record Detached(Home home, Path root) {

    private static final int START_SECONDS_MAX = 180;
    private static final String SETSID = "/usr/bin/setsid";

    /// Waits until all answer.
    StackState start(PortPlan ports) {
        var log = home.make().log("up");
        try {
            Files.deleteIfExists(log);
            var process =
                    new ProcessBuilder(command(ports))
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            for (var waited = 0; waited < START_SECONDS_MAX * 5; waited++) {
                var ready = StackState.running(home);
                if (ready.isPresent() && ready.get().owner().pid() == process.pid()) {
                    return ready.get();
                }
                if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                    throw CliException.failed(reason(log));
                }
            }
            process.destroy();
        } catch (IOException e) {
            throw CliException.failed("the stack cannot be started: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw CliException.failed(
                "the stack was not ready within %d s, see %s".formatted(START_SECONDS_MAX, log));
    }

    private static String reason(Path log) throws IOException {
        var marker = "error: ";
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(marker))
                .map(line -> line.substring(marker.length()))
                .reduce((_, last) -> last)
                .orElse("the stack ended while it was starting, see " + log);
    }

    /// A session of its own, so that the end of this terminal is not its end.
    private List<String> command(PortPlan ports) {
        var command = new ArrayList<String>();
        if (Files.isExecutable(Path.of(SETSID))) {
            command.add(SETSID);
        }
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dtranship.root=" + root,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tranship.class.getName(),
                        "up",
                        "--home",
                        home.folder().toString(),
                        "--port-base",
                        Integer.toString(ports.base())));
        return command;
    }
}
