package io.tranship.connectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One transfer in a JVM of its own, with a runner's heap. Tells its result and its largest
/// resident size as lines on standard output.
final class SmallHeapRun {

    private SmallHeapRun() {}

    /// @param args the names of the source's and the destination's database
    public static void main(String[] args) throws IOException {
        var result = Order.between(new Database(args[0]), new Database(args[1])).run().only();
        System.out.println("outcome " + result.outcome());
        if (result.error() != null) {
            System.out.println("error " + result.error().code() + ' ' + result.error().message());
        }
        System.out.println("resident " + residentMegabytes());
    }

    private static long residentMegabytes() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
