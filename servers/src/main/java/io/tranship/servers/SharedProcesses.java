package io.tranship.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/// One pair of servers for all builds of a user at a time: the first test JVM starts it, others
/// join.
///
/// Who uses it is a file named by the process id of the Maven build; [SharedServersProcess] ends
/// the servers when none of them is alive.
final class SharedProcesses {

    static final String STATE = "servers.properties";
    static final String LOCK = "lock";
    static final String USERS = "users";

    private SharedProcesses() {}

    static TestServers join() {
        return join(folder(), build());
    }

    static TestServers join(Path folder, ProcessHandle user) {
        try {
            Files.createDirectories(folder);
            // It holds a password, and /tmp is everybody's: fails when the folder is another's.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            try (var lock =
                            FileChannel.open(
                                    folder.resolve(LOCK),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                var users = Files.createDirectories(folder.resolve(USERS));
                Files.writeString(users.resolve(Long.toString(user.pid())), "");
                var running = running(folder);
                return running.isPresent() ? running.get() : start(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the tests' servers need " + folder, e);
        }
    }

    static Path folder() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "tranship-test-servers-" + System.getProperty("user.name"));
    }

    /// The Maven that runs this JVM; this JVM when an IDE does.
    private static ProcessHandle build() {
        return Stream.iterate(
                        Optional.of(ProcessHandle.current()),
                        Optional::isPresent,
                        p -> p.flatMap(ProcessHandle::parent))
                .flatMap(Optional::stream)
                .filter(process ->
                        process.info()
                                .arguments()
                                .map(arguments ->
                                        List.of(arguments).stream()
                                                .anyMatch(a -> a.contains("plexus.classworlds")))
                                .orElse(false))
                .findFirst()
                .orElse(ProcessHandle.current());
    }

    private static Optional<TestServers> running(Path folder) throws IOException {
        var file = folder.resolve(STATE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var state = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            state.load(reader);
        }
        return supervisor(state).isPresent() ? Optional.of(read(state)) : Optional.empty();
    }

    private static Optional<ProcessHandle> supervisor(Properties state) {
        return new ProcessIdentity(
                        Long.parseLong(state.getProperty("supervisor")),
                        Instant.parse(state.getProperty("supervisor.start")))
                .find();
    }

    private static TestServers read(Properties state) {
        return new TestServers(
                state.getProperty("kafka"),
                "127.0.0.1",
                Integer.parseInt(state.getProperty("postgres")),
                LocalPostgres.USER,
                state.getProperty("password"));
    }

    private static TestServers start(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(STATE));
        var log = folder.resolve("supervisor.log");
        var child =
                Child.start(
                        "the tests' servers",
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                OwnClassPath.of(),
                                SharedServersProcess.class.getName(),
                                folder.toString()),
                        Map.of(),
                        log);
        child.awaitReady(() -> Files.exists(folder.resolve(STATE)), Duration.ofMinutes(2));
        return running(folder)
                .orElseThrow(
                        () -> new ServerException("the tests' servers ended at once, see " + log));
    }
}
