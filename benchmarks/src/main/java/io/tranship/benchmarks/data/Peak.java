package io.tranship.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory of a process that was ever resident, by the kernel's own mark.
final class Peak {

    private static final double KILOBYTES_PER_MEGABYTE = 1024;

    private Peak() {}

    /// @return 0 when the process is gone or the system does not tell
    static double megabytes(long pid) {
        try {
            return megabytes(Files.readString(Path.of("/proc/" + pid + "/status")));
        } catch (IOException _) {
            return 0;
        }
    }

    static double megabytes(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .map(kilobytes -> kilobytes / KILOBYTES_PER_MEGABYTE)
                .findFirst()
                .orElse(0);
    }
}
