package io.tranship.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// One service as a process of its own, which can be killed and started again.
final class ServiceProcess {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Part part;
    private final int port;
    private final Map<String, String> settings;
    private final Path log;
    private @Nullable Process process;

    ServiceProcess(Part part, int port, Map<String, String> settings, Path folder) {
        this.part = part;
        this.port = port;
        this.settings = settings;
        this.log = folder.resolve(part.module() + ".log");
    }

    void start() {
        try {
            process = builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder() throws IOException {
        var jar = root().resolve(part.module()).resolve("target/quarkus-app/quarkus-run.jar");
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // Starting is most of what these tests cost: the first of a build that
                        // ends in order leaves its classes to the others.
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + archive(),
                        "-jar",
                        jar.toString());
        builder.environment().putAll(settings);
        builder.environment().put("TRANSHIP_HTTP_PORT", Integer.toString(port));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private Path archive() throws IOException {
        var folder = Files.createDirectories(root().resolve("system-tests/target/cds"));
        return folder.resolve(part.module() + ".jsa");
    }

    void awaitReady() {
        Awaitility.await("%s is ready, see %s".formatted(part.module(), log))
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(this::isReady);
    }

    void kill() {
        end(running().destroyForcibly());
    }

    /// Asks it to end, as an operator does: SIGTERM.
    void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    /// Waits for its end, and makes one if need be.
    void awaitEnd() {
        if (process != null) {
            end(process);
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(part + " was never started");
        }
        return process;
    }

    private boolean isReady() throws IOException, InterruptedException {
        if (!running().isAlive()) {
            throw new AssertionError(
                    "%s ended with %d, see %s".formatted(part, running().exitValue(), log));
        }
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:%d/q/health/ready".formatted(port)))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    /// The folder of the whole project, wherever the tests are started from.
    static Path root() {
        var here = Path.of("").toAbsolutePath();
        return here.endsWith("system-tests") ? here.getParent() : here;
    }
}
