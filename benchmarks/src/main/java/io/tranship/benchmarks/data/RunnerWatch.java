package io.tranship.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Looks at one runner while it lives: its last figures are those of its last look.
final class RunnerWatch {

    private static final double TICKS_PER_SECOND = 100;

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
            peakMegabytes = Math.max(peakMegabytes, Peak.megabytes(pid));
        } catch (IOException _) {
            // It is gone.
        }
    }

    double seconds() {
        return now - before;
    }

    double peakMegabytes() {
        return peakMegabytes;
    }
}
