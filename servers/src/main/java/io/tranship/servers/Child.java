package io.tranship.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server as a child process, with its log in a file.
final class Child {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Child start(
            String name, List<String> command, Map<String, String> environment, Path log) {
        var builder = new ProcessBuilder(inOwnSession(command));
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return new Child(name, builder.start(), log);
        } catch (IOException e) {
            throw new ServerException(
                    "%s cannot be started: %s".formatted(name, command.getFirst()), e);
        }
    }

    /// Else Ctrl-C would reach the children together with their parent, which stops them in order.
    private static List<String> inOwnSession(List<String> command) {
        return Files.isExecutable(SETSID)
                ? Stream.concat(Stream.of(SETSID.toString()), command.stream()).toList()
                : command;
    }

    /// Runs to its end, which must be a good one within `limit`.
    static void run(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path log,
            Duration limit) {
        var child = start(name, command, environment, log);
        try {
            if (!child.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                child.process.destroyForcibly();
                throw new ServerException(
                        "%s did not end within %s, see %s".formatted(name, limit, log));
            }
        } catch (InterruptedException e) {
            child.process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ServerException(name + " was interrupted", e);
        }
        if (child.process.exitValue() != 0) {
            throw new ServerException(
                    "%s ended with %d, see %s: %s"
                            .formatted(name, child.process.exitValue(), log, lastLineOf(log)));
        }
    }

    /// Asks until `isReady` says so.
    void awaitReady(Callable<Boolean> isReady, Duration limit) {
        var end = Instant.now().plus(limit);
        while (Instant.now().isBefore(end)) {
            if (!process.isAlive()) {
                throw new ServerException(
                        "%s ended with %d, see %s: %s"
                                .formatted(name, process.exitValue(), log, lastLineOf(log)));
            }
            try {
                if (isReady.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerException(name + " was interrupted", e);
            } catch (Exception _) {
                // Not yet; what it logs says more than this.
            }
            pause();
        }
        throw new ServerException(
                "%s was not ready within %s, see %s: %s"
                        .formatted(name, limit, log, lastLineOf(log)));
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL, and waits until it is gone.
    void kill() {
        process.destroyForcibly();
        await(Duration.ofSeconds(20));
    }

    /// True when it is gone within `limit`.
    boolean await(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private static String lastLineOf(Path log) {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).reduce("", (_, next) -> next);
        } catch (IOException _) {
            return "";
        }
    }
}
