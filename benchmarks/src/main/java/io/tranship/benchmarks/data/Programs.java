package io.tranship.benchmarks.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// Programs of other makers, where this machine has them, and what they cost.
final class Programs {

    private static final double TICKS_PER_SECOND = 100;

    /// In `/proc/self/stat` behind the name: user and system time of children that have ended.
    private static final int ENDED_CHILDREN = 13;

    private static final int TIMES = 2;

    private static final long LOOK_MILLIS = 20;

    private Programs() {}

    /// Debian's `psql` is a script that looks for the real one first, so the real one is preferred.
    static Optional<Path> psql() {
        var versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (var found = Files.list(versions)) {
                var newest =
                        found.map(version -> version.resolve("bin/psql"))
                                .filter(Files::isExecutable)
                                .max(Comparator.comparing(Path::toString));
                if (newest.isPresent()) {
                    return newest;
                }
            } catch (IOException _) {
                // Then by the search path.
            }
        }
        return named("psql");
    }

    static Optional<Path> named(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Runs them as a shell's pipe does, until all have ended.
    ///
    /// @return megabytes of memory of all together, each at its most
    /// @throws IOException when one failed, with what it said
    static double pipe(List<ProcessBuilder> programs, Path log)
            throws IOException, InterruptedException {
        for (var each : programs) {
            each.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        }
        programs.getLast().redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var failed = new ArrayList<String>();
        var running = ProcessBuilder.startPipeline(programs);
        var peaks = peaks(running);
        for (var each : running) {
            if (each.waitFor() != 0) {
                failed.add("exit code " + each.exitValue());
            }
        }
        if (!failed.isEmpty()) {
            throw new IOException(
                    "%s: %s; it said: %s"
                            .formatted(
                                    programs.getFirst().command().getFirst(),
                                    failed,
                                    Files.readString(log)));
        }
        return peaks;
    }

    /// Looks until the last one has ended, which is the one that the others wait for.
    private static double peaks(List<Process> running) throws InterruptedException {
        var peaks = new double[running.size()];
        do {
            for (var n = 0; n < peaks.length; n++) {
                peaks[n] = Math.max(peaks[n], Peak.megabytes(running.get(n).pid()));
            }
        } while (!running.getLast().waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        return DoubleStream.of(peaks).sum();
    }

    /// Processor seconds of all children of this process that have ended.
    static double endedSeconds() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Stream.of(fields)
                            .skip(ENDED_CHILDREN)
                            .limit(TIMES)
                            .mapToLong(Long::parseLong)
                            .sum()
                    / TICKS_PER_SECOND;
        } catch (IOException _) {
            return 0;
        }
    }
}
