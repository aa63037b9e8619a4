package io.tranship.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// One PostgreSQL 18 as a child process on the loopback, with password authentication (SCRAM).
///
/// With [Durability#DURABLE] what it acknowledged is on disk, and a restart on the same folder
/// keeps all. It does not end by itself when its parent is killed: the next start on its folder
/// stops what is left of it first.
public final class LocalPostgres implements LocalServer {

    /// Whether a commit waits for the disk.
    public enum Durability {
        DURABLE,
        /// For tests: a crash of the machine may lose it, a crash of PostgreSQL does not.
        FAST
    }

    public static final String USER = "postgres";

    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int CONNECTIONS_MAX = 300;

    private final Path folder;
    private final Path binaries;
    private final int port;
    private final String password;
    private final Durability durability;
    private volatile @Nullable Child child;

    /// @param cache where its programs are unpacked, once for all
    /// @param password of the superuser `postgres`; counts when the folder is new
    public LocalPostgres(
            Path folder, Path cache, int port, String password, Durability durability) {
        this(folder, port, password, durability, PostgresBinaries.unpack(cache));
    }

    private LocalPostgres(
            Path folder, int port, String password, Durability durability, Path binaries) {
        this.folder = folder;
        this.binaries = binaries;
        this.port = port;
        this.password = password;
        this.durability = durability;
    }

    /// Of another version, for those who test against it.
    ///
    /// @param packages a folder that holds the Maven packages of its programs
    public static LocalPostgres ofPackages(
            Path packages,
            Path folder,
            Path cache,
            int port,
            String password,
            Durability durability) {
        return new LocalPostgres(
                folder, port, password, durability, PostgresBinaries.unpack(cache, packages));
    }

    public int port() {
        return port;
    }

    @Override
    public Path log() {
        return folder.resolve("postgresql.log");
    }

    /// Starts it and waits until it answers.
    public LocalPostgres start() {
        launch();
        awaitReady();
        return this;
    }

    @Override
    public synchronized void launch() {
        stopLeftover(folder);
        Ports.requireFree(port, "PostgreSQL");
        if (!Files.exists(data())) {
            initialise();
        }
        var command = program("postgres", "-D", data().toString());
        settings().forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        child = Child.start("PostgreSQL", command, Map.of(), log());
    }

    @Override
    public void awaitReady() {
        running().awaitReady(this::answers, READY_LIMIT);
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

    /// A fast shutdown: sessions are ended, what is committed is kept.
    @Override
    public synchronized void stop() {
        var current = child;
        if (current != null && current.isAlive()) {
            interrupt(current.handle());
            if (!current.await(STOP_LIMIT)) {
                current.kill();
            }
        }
    }

    /// As superuser.
    public Connection connect(String database) throws SQLException {
        return connect(
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), USER, password);
    }

    /// Without `DriverManager`, which finds a driver only from the class loader that loaded it: a
    /// test has several.
    static Connection connect(String url, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.put("user", user);
        properties.put("password", password);
        properties.put("connectTimeout", "2");
        return Objects.requireNonNull(new Driver().connect(url, properties), url);
    }

    /// Stops the PostgreSQL that an earlier parent left running on `folder`; true when there was
    /// one.
    public static boolean stopLeftover(Path folder) {
        var leftover = leftover(folder);
        leftover.ifPresent(handle -> {
            interrupt(handle);
            handle.onExit()
                    .orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(_ -> {
                        handle.destroyForcibly();
                        return handle;
                    })
                    .join();
        });
        return leftover.isPresent();
    }

    /// By its pid file; a process id that was given anew to another program does not count.
    private static Optional<ProcessHandle> leftover(Path folder) {
        var pidFile = folder.resolve("data/postmaster.pid");
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                    .filter(handle -> handle.info().command().orElse("").endsWith("/postgres"));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Beside its place, so that a death in the middle leaves nothing half made.
    private void initialise() {
        var draft = data().resolveSibling("data.draft");
        try {
            Files.createDirectories(folder);
            Folders.delete(draft);
            var secret =
                    Files.createTempFile(
                            folder,
                            "init",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(secret, password + "\n");
                var command =
                        program(
                                "initdb",
                                "-D",
                                draft.toString(),
                                "-U",
                                USER,
                                "-E",
                                "UTF8",
                                "--locale=C",
                                "-A",
                                "scram-sha-256",
                                "--pwfile=" + secret);
                Child.run("PostgreSQL's initdb", command, Map.of(), log(), READY_LIMIT);
                Files.move(draft, data(), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(secret);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + folder, e);
        }
    }

    private Path data() {
        return folder.resolve("data").toAbsolutePath();
    }

    private Map<String, String> settings() {
        var onOff = durability == Durability.DURABLE ? "on" : "off";
        return Map.of(
                "port",
                Integer.toString(port),
                "listen_addresses",
                "127.0.0.1",
                "unix_socket_directories",
                "",
                "max_connections",
                Integer.toString(CONNECTIONS_MAX),
                "max_prepared_transactions",
                "10",
                "shared_buffers",
                "128MB",
                "fsync",
                onOff,
                "full_page_writes",
                onOff,
                "synchronous_commit",
                onOff,
                "log_timezone",
                "UTC");
    }

    /// PostgreSQL refuses to run as root; in a user namespace of its own it is not.
    private List<String> program(String name, String... args) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(binaries.resolve("bin").resolve(name).toString());
        command.addAll(List.of(args));
        return command;
    }

    private static void interrupt(ProcessHandle handle) {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(handle.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot signal PostgreSQL", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() throws SQLException {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            return statement.execute("select 1");
        }
    }

    private Child running() {
        return Objects.requireNonNull(child, "PostgreSQL was never started");
    }
}
