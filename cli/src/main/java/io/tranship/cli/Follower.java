package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// Asks for transfers again and again until all are over.
record Follower(Api api, InstantSource clock) {

    private static final String NAME = "destination_name";
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// A transfer that was taken is unknown to status-service until the request has reached it.
    private static final Duration UNKNOWN_MAX = Duration.ofSeconds(60);

    /// @param asked transfers that were asked for: the names of their destinations by their ids
    /// @param onLook told what is known so far
    /// @return the transfers, all of them over
    List<JsonNode> follow(Map<String, String> asked, BiConsumer<List<JsonNode>, Instant> onLook) {
        var unknownUntil = clock.instant().plus(UNKNOWN_MAX);
        var known = new ArrayList<JsonNode>();
        asked.forEach((id, name) -> known.add(Json.object().put("id", id).put(NAME, name)));
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
        if (found.isEmpty() && isUnknown(before) && clock.instant().isAfter(unknownUntil)) {
            throw CliException.failed(
                    "transfer %s is unknown to status-service even after %d s; is it running?"
                            .formatted(id, UNKNOWN_MAX.toSeconds()));
        }
        return found.map(transfer -> named(transfer, before)).orElse(before);
    }

    /// Until it is dispatched the record may know its destination by the id only.
    private static JsonNode named(JsonNode transfer, JsonNode before) {
        return transfer.path("destination_id").isTextual()
                ? transfer
                : ((ObjectNode) transfer).put(NAME, before.path(NAME).asText());
    }

    static boolean isUnknown(JsonNode transfer) {
        return !transfer.has("status");
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
