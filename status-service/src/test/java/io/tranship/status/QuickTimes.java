package io.tranship.status;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// Times short enough to wait for, and a sweep that only turns when a test turns it.
public class QuickTimes implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("tranship.sweep.enabled", "false"),
                Map.entry("tranship.sweep.every", "200ms"),
                Map.entry("tranship.sweep.catch-up", "500ms"),
                Map.entry("tranship.beat", "500ms"),
                Map.entry("tranship.self-fence", "700ms"),
                Map.entry("tranship.longest-call", "200ms"),
                Map.entry("tranship.clock-error", "50ms"),
                Map.entry("tranship.orphan-after", "1s"),
                Map.entry("tranship.sweep.deaf-after", "500ms"),
                Map.entry("tranship.sweep.say-again-after", "1s"),
                Map.entry("tranship.streams-max", "2"),
                Map.entry("tranship.stream-poll", "50ms"));
    }
}
