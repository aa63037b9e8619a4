package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Shows transfers while they run: bars that move on a terminal; elsewhere a line when something
/// changed, and one now and then.
final class ProgressView {

    private static final Duration QUIET_MAX = Duration.ofSeconds(5);

    private final Terminal terminal;
    private final ProgressLines lines;
    private final Map<String, String> said = new HashMap<>();
    private Instant saidAt = Instant.EPOCH;
    private int drawn;

    ProgressView(Terminal terminal) {
        this.terminal = terminal;
        this.lines = new ProgressLines(terminal);
    }

    void show(List<JsonNode> transfers, Instant now) {
        if (terminal.isLive()) {
            var next = lines.of(transfers, now);
            terminal.redraw(drawn, next);
            drawn = next.size();
        } else {
            say(transfers, now);
        }
    }

    private void say(List<JsonNode> transfers, Instant now) {
        var isDue = Duration.between(saidAt, now).compareTo(QUIET_MAX) >= 0;
        for (var transfer : transfers) {
            if (Follower.isUnknown(transfer)) {
                continue;
            }
            var stage = transfer.path("status").asText() + transfer.path("model_results").size();
            var before = said.put(transfer.path("id").asText(), stage);
            if (!stage.equals(before) || (isDue && !Words.isFinal(transfer))) {
                lines.of(List.of(transfer), now).forEach(terminal::say);
                saidAt = now;
            }
        }
    }
}
