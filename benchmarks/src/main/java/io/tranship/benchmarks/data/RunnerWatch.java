package io.tranship.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Looks at one runner while it lives: its last figures are those of its last look.
final class RunnerWatch {

    private static final double TICKS_PER_SECOND = 100;
    private static final double KILOBYTES_PER_MEGABYTE = 1024;

    /// In `/proc/<pid>/stat` behind the name: user and system time.
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 2;

    private long pid;
    private double before;
    private double now;
    private double peakMegabytes;

    /// From its first heartbeat on; getting warm was before.
    void begin(long runner) {
        if (pid == 0) {
            pid = runner;
            look();
            before = now;
        }
    }

    void look() {
        if (pid == 0) {
            return;
        }
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            now =
                    Stream.of(fields).skip(FIRST_TIME).limit(TIMES).mapToLong(Long::parseLong).sum()
                            / TICKS_PER_SECOND;
            peakMegabytes = peak(Files.readString(Path.of("/proc/" + pid + "/status")));
        } catch (IOException _) {
            // It is gone.
        }
    }

    /// The kernel's own mark of the most that was ever resident.
    private double peak(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .map(kilobytes -> kilobytes / KILOBYTES_PER_MEGABYTE)
                .findFirst()
                .orElse(peakMegabytes);
    }

    double seconds() {
        return now - before;
    }

    double peakMegabytes() {
        return peakMegabytes;
    }
}
