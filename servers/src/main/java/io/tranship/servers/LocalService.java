package io.tranship.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One of Tranship's services as a child process, with small caches and heaps for one machine.
///
/// It ends by itself, in order, when its owner is gone.
public final class LocalService implements LocalServer {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final String name;
    private final Path jar;
    private final int port;
    private final Map<String, String> environment;
    private final Path log;
    private final ProcessHandle owner;
    private final Duration stopLimit;
    private volatile @Nullable Child child;

    /// @param app the folder that holds `quarkus-run.jar`
    /// @param environment settings beside those of this process
    /// @param stopLimit after which a stop becomes a kill
    public LocalService(
            String name,
            Path app,
            int port,
            Map<String, String> environment,
            Path log,
            ProcessHandle owner,
            Duration stopLimit) {
        this.name = name;
        this.jar = app.resolve("quarkus-run.jar");
        this.port = port;
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.owner = owner;
        this.stopLimit = stopLimit;
    }

    public String name() {
        return name;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Path log() {
        return log;
    }

    @Override
    public synchronized void launch() {
        Ports.requireFree(port, name);
        if (!Files.exists(jar)) {
            throw new ServerException(
                    "%s is not built: %s is missing; run mvn package".formatted(name, jar));
        }
        child = Child.start(name, command(), environment, log);
    }

    @Override
    public void awaitReady() {
        var request =
                HttpRequest.newBuilder(address().resolve("/q/health/ready"))
                        .timeout(ANSWER_LIMIT)
                        .build();
        try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build()) {
            running()
                    .awaitReady(
                            () -> http.send(request, BodyHandlers.discarding()).statusCode() == 200,
                            READY_LIMIT);
        }
    }

    @Override
    public long pid() {
        return running().handle().pid();
    }

    @Override
    public boolean isAlive() {
        var current = child;
        return current != null && current.isAlive();
    }

    @Override
    public synchronized void kill() {
        running().kill();
    }

    @Override
    public synchronized void stop() {
        var current = child;
        if (current != null && current.isAlive()) {
            current.handle().destroy();
            if (!current.await(stopLimit)) {
                current.kill();
            }
        }
    }

    private Child running() {
        return Objects.requireNonNull(child, name + " was never started");
    }

    /// As `java -jar` would, whose manifest also opens packages, but watched.
    private List<String> command() {
        var manifest = manifest();
        var main = manifest.getOrDefault("Main-Class", "");
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        Stream.of(manifest.getOrDefault("Add-Opens", "").split(" ", -1))
                .filter(opened -> !opened.isEmpty())
                .forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        command.addAll(
                List.of(
                        "-cp",
                        jar + java.io.File.pathSeparator + OwnClassPath.locationOf(getClass()),
                        WatchedProcess.class.getName(),
                        Long.toString(owner.pid()),
                        main));
        return command;
    }

    private Map<String, String> manifest() {
        try (var file = new JarFile(jar.toFile())) {
            var attributes = file.getManifest().getMainAttributes();
            return Map.of(
                    "Main-Class",
                    Objects.requireNonNullElse(attributes.getValue("Main-Class"), ""),
                    "Add-Opens",
                    Objects.requireNonNullElse(attributes.getValue("Add-Opens"), ""));
        } catch (IOException e) {
            throw new ServerException("%s cannot be read; build again".formatted(jar), e);
        }
    }
}
