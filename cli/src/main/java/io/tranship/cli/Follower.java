package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// Asks for transfers again and again until all are over.
record Follower(Api api, InstantSource clock) {

    private static final Duration PAUSE = Duration.ofMillis(200);

    /// A transfer that was taken is unknown to status-service until the request has reached it.
    private static final Duration UNKNOWN_MAX = Duration.ofSeconds(60);

    /// @param ids of transfers that were asked for
    /// @param onLook told what is known so far
    /// @return the transfers, all of them over
    List<JsonNode> follow(List<String> ids, BiConsumer<List<JsonNode>, Instant> onLook) {
        var unknownUntil = clock.instant().plus(UNKNOWN_MAX);
        var known = new ArrayList<JsonNode>();
        ids.forEach(id -> known.add(Json.object().put("id", id)));
        while (true) {
            for (var i = 0; i < known.size(); i++) {
                if (!Words.isFinal(known.get(i))) {
                    known.set(i, look(known.get(i), unknownUntil));
                }
            }
            onLook.accept(known, clock.instant());
            if (known.stream().allMatch(Words::isFinal)) {
                return known;
            }
            pause();
        }
    }

    private JsonNode look(JsonNode before, Instant unknownUntil) {
        var id = before.path("id").asText();
        var found = api.transfer(id);
        if (found.isEmpty() && before.size() == 1 && clock.instant().isAfter(unknownUntil)) {
            throw CliException.failed(
                    "transfer %s is unknown to status-service even after %d s; is it running?"
                            .formatted(id, UNKNOWN_MAX.toSeconds()));
        }
        return found.orElse(before);
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CliException.failed("interrupted");
        }
    }
}
