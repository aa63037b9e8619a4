package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Numbers and times as people read them.
final class Words {

    private Words() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String seconds(Duration duration) {
        var seconds = duration.toMillis() / 1000.0;
        return seconds < 100
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }

    /// From the request to the end, or to `now`; empty before it is known.
    static String age(JsonNode transfer, Instant now) {
        var from = transfer.path("submitted_at").asText("");
        var to = transfer.path("ended_at").asText("");
        if (from.isEmpty() || from.equals("null")) {
            return "";
        }
        var end = to.isEmpty() || to.equals("null") ? now : Instant.parse(to);
        var duration = Duration.between(Instant.parse(from), end);
        return seconds(duration.isNegative() ? Duration.ZERO : duration);
    }

    static boolean isFinal(JsonNode transfer) {
        return switch (transfer.path("status").asText()) {
            case "", "PENDING", "RUNNING" -> false;
            default -> true;
        };
    }

    /// Why it failed, or empty.
    static String reason(JsonNode transfer) {
        var error = transfer.path("error");
        return error.isObject()
                ? "%s %s (to act: %s)"
                        .formatted(
                                error.path("code").asText(),
                                error.path("message").asText(),
                                error.path("blame").asText())
                : "";
    }

    /// What it waits for, or empty.
    static String blocker(JsonNode transfer) {
        var blocked = transfer.path("blocked_by").path(0);
        return blocked.isObject()
                ? "waits for %s (limit %d, place %s)"
                        .formatted(
                                blocked.path("resource").asText(),
                                blocked.path("limit").asInt(),
                                blocked.path("position").asText("?"))
                : "";
    }
}
