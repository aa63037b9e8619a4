package io.tranship.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the figures of a run were taken on.
public final class Machine {

    private Machine() {}

    /// @param sizes how much is measured
    public static Map<String, Object> describe(String sizes) throws IOException {
        var machine = new LinkedHashMap<String, Object>();
        machine.put("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("processor", processor());
        machine.put("memory_mb", memoryMegabytes());
        machine.put("load_at_begin", Progress.load());
        machine.put("java", Runtime.version().toString());
        machine.put("sizes", sizes);
        return machine;
    }

    private static String processor() throws IOException {
        var info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        }
    }

    private static long memoryMegabytes() throws IOException {
        var info = Path.of("/proc/meminfo");
        if (!Files.exists(info)) {
            return 0;
        }
        try (var lines = Files.lines(info)) {
            return lines.findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .orElse(0L);
        }
    }
}
