package io.tranship.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Processor seconds of a process and of all that it started, ended children included.
public record Cpu(long pid) {

    private static final double TICKS_PER_SECOND = 100;

    /// In `/proc/<pid>/stat`, counted behind the name's closing parenthesis.
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    public double seconds() {
        var self = ProcessHandle.of(pid).stream();
        return Stream.concat(self, ProcessHandle.of(pid).stream().flatMap(h -> h.descendants()))
                        .mapToLong(handle -> ticks(handle.pid()))
                        .sum()
                / TICKS_PER_SECOND;
    }

    private static long ticks(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Stream.of(fields).skip(FIRST_TIME).limit(TIMES).mapToLong(Long::parseLong).sum();
        } catch (IOException _) {
            return 0;
        }
    }
}
