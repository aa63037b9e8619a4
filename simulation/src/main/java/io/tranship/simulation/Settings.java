package io.tranship.simulation;

import java.time.Duration;
import java.util.Map;

/// The times of the simulated installation: as shipped, but for those that would only make a
/// history longer.
public final class Settings {

    public static final Duration EXPIRY = Duration.ofMinutes(20);
    public static final Duration START_BY = Duration.ofMinutes(3);
    public static final Duration WAIT_BOUND = Duration.ofMinutes(5);
    public static final Duration CLOSING = Duration.ofMinutes(1);
    public static final Duration BEAT = Duration.ofSeconds(10);
    public static final Duration SELF_FENCE = Duration.ofSeconds(30);
    public static final Duration LONGEST_CALL = Duration.ofSeconds(15);
    public static final Duration CLOCK_ERROR = Duration.ofSeconds(5);
    public static final Duration ORPHAN_AFTER = Duration.ofSeconds(60);
    public static final Duration KILL_DEADLINE = Duration.ofSeconds(20);

    private Settings() {}

    /// As the services read them.
    public static Map<String, String> properties() {
        return Map.ofEntries(
                Map.entry("tranship.expiry", EXPIRY.toString()),
                Map.entry("tranship.start-by", START_BY.toString()),
                Map.entry("tranship.wait-bound", WAIT_BOUND.toString()),
                Map.entry("tranship.closing", CLOSING.toString()),
                Map.entry("tranship.beat", BEAT.toString()),
                Map.entry("tranship.self-fence", SELF_FENCE.toString()),
                Map.entry("tranship.longest-call", LONGEST_CALL.toString()),
                Map.entry("tranship.clock-error", CLOCK_ERROR.toString()),
                Map.entry("tranship.orphan-after", ORPHAN_AFTER.toString()),
                Map.entry("tranship.sweep.every", "10s"),
                Map.entry("tranship.sweep.catch-up", "0s"));
    }
}
