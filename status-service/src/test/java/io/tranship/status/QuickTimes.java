package io.tranship.status;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// Times short enough to wait for, and a sweep that only turns when a test turns it.
public final class QuickTimes implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "tranship.sweep.enabled", "false",
                "tranship.sweep.every", "200ms",
                "tranship.sweep.catch-up", "500ms",
                "tranship.beat", "500ms",
                "tranship.self-fence", "700ms",
                "tranship.longest-call", "200ms",
                "tranship.clock-error", "50ms",
                "tranship.orphan-after", "1s",
                "tranship.streams-max", "2",
                "tranship.stream-poll", "50ms");
    }
}
