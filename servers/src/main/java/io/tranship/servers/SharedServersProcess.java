package io.tranship.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/// Holds the tests' servers as long as any build that uses them is alive.
public final class SharedServersProcess {

    private static final int IDLE_SECONDS_MAX = 10;
    private static final String RUN = "run-";

    private SharedServersProcess() {}

    /// @param args the folder of [SharedProcesses]
    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        sweep(folder);
        var run = folder.resolve(RUN + ProcessHandle.current().pid());
        var password = password();
        try (var kafka =
                        new LocalKafka(
                                run.resolve("kafka"),
                                Ports.free(),
                                Ports.free(),
                                ProcessHandle.current());
                var postgres =
                        new LocalPostgres(
                                run.resolve("postgres"),
                                folder.resolve("cache"),
                                Ports.free(),
                                password,
                                LocalPostgres.Durability.FAST)) {
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> {
                                postgres.stop();
                                kafka.stop();
                            }));
            kafka.launch();
            postgres.launch();
            kafka.awaitReady();
            postgres.awaitReady();
            write(folder, kafka, postgres, password);
            while (kafka.isAlive() && postgres.isAlive() && !endsUnused(folder)) {
                TimeUnit.SECONDS.sleep(1);
            }
        }
        Folders.delete(run);
    }

    /// What supervisors left behind that were killed. One that is just ending still uses its own.
    private static void sweep(Path folder) throws IOException {
        try (var runs = Files.newDirectoryStream(folder, RUN + "*")) {
            for (var run : runs) {
                var supervisor =
                        Long.parseLong(run.getFileName().toString().substring(RUN.length()));
                if (ProcessHandle.of(supervisor).isEmpty()) {
                    LocalPostgres.stopLeftover(run.resolve("postgres"));
                    Folders.delete(run);
                }
            }
        }
    }

    private static String password() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void write(
            Path folder, LocalKafka kafka, LocalPostgres postgres, String password)
            throws IOException {
        var state = new Properties();
        var self = ProcessIdentity.of(ProcessHandle.current());
        state.setProperty("supervisor", Long.toString(self.pid()));
        state.setProperty("supervisor.start", self.start().toString());
        state.setProperty("kafka", kafka.bootstrap());
        state.setProperty("postgres", Integer.toString(postgres.port()));
        state.setProperty("password", password);
        var draft = folder.resolve(SharedProcesses.STATE + ".draft");
        try (var writer = Files.newBufferedWriter(draft)) {
            state.store(writer, null);
        }
        Files.move(draft, folder.resolve(SharedProcesses.STATE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static int idleSeconds;

    /// Under the lock, so that nobody joins what is about to end.
    private static boolean endsUnused(Path folder) throws IOException {
        idleSeconds = isUsed(folder) ? 0 : idleSeconds + 1;
        if (idleSeconds < IDLE_SECONDS_MAX) {
            return false;
        }
        try (var lock =
                        FileChannel.open(
                                folder.resolve(SharedProcesses.LOCK), StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            if (isUsed(folder)) {
                idleSeconds = 0;
                return false;
            }
            Files.deleteIfExists(folder.resolve(SharedProcesses.STATE));
            return true;
        }
    }

    private static boolean isUsed(Path folder) throws IOException {
        var isUsed = false;
        try (var users = Files.list(folder.resolve(SharedProcesses.USERS))) {
            for (var user : users.toList()) {
                if (ProcessHandle.of(Long.parseLong(user.getFileName().toString())).isPresent()) {
                    isUsed = true;
                } else {
                    Files.deleteIfExists(user);
                }
            }
        }
        return isUsed;
    }
}
