package io.tranship.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;

/// How long a pod needs to end in order.
final class Ending {

    /// What services wait for requests under way, and launchers for a runner that was told to stop.
    private static final int SHUTDOWN = 10;

    private static final int KILL_DEADLINE = 20;

    private Ending() {}

    /// A launcher lets runners go on for its grace, stops them, and kills them after the deadline.
    static int seconds(JsonNode workload) {
        var pause =
                Manifest.containers(workload)
                        .mapToInt(each -> each.at("/lifecycle/preStop/sleep/seconds").asInt())
                        .max()
                        .orElse(0);
        if (Manifest.kind(workload).equals("Job")) {
            return 1;
        }
        var grace =
                Manifest.containers(workload)
                        .flatMap(container -> container.path("env").valueStream())
                        .filter(each -> each.path("name").asText().equals("TRANSHIP_GRACE"))
                        .map(each -> each.path("value").asText())
                        .findFirst();
        return grace.isEmpty()
                ? pause + SHUTDOWN
                : pause + (int) duration(grace.get()).toSeconds() + KILL_DEADLINE + SHUTDOWN;
    }

    /// As the services read it: `30s`, `5m`.
    private static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
