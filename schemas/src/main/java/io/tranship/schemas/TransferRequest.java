package io.tranship.schemas;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What somebody asks for: the record of the `requests` topic.
///
/// A request that exists can be written, read and stored: nonsense is refused by the constructor,
/// with an `IllegalArgumentException` that names the field as the HTTP API does.
///
/// @param destination id or name of the destination
/// @param models names of models; empty means all that the destination has
/// @param windowStart first last-modified value to carry, inclusive
/// @param windowEnd last-modified value to stop before, exclusive
/// @param repair with [TransferKind#INTEGRITY]: transfer again what differs
/// @param acceptShrink consent to a full refresh that leaves far fewer rows
/// @param adopt take over a table that Tranship did not make
/// @param catalogRevision the catalog revision under which it was asked; 0 when unknown
public record TransferRequest(
        TransferId transferId,
        String destination,
        List<String> models,
        TransferKind kind,
        boolean fullRefresh,
        @Nullable Instant windowStart,
        @Nullable Instant windowEnd,
        boolean repair,
        boolean acceptShrink,
        boolean adopt,
        Actor actor,
        Map<String, String> tags,
        long catalogRevision) {

    public static final int NAME_CHARS_MAX = 200;
    public static final int MODELS_MAX = 1_000;
    public static final int MODEL_CHARS_MAX = 100;
    public static final int TAGS_MAX = 50;
    public static final int TAG_KEY_CHARS_MAX = 100;
    public static final int TAG_VALUE_CHARS_MAX = 250;

    private static final UUID NOBODY = new UUID(0, 0);
    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

    /// Anybody may write a request, so what no service could store is refused here, once.
    public TransferRequest {
        if (transferId.value().equals(NOBODY)) {
            throw new IllegalArgumentException(
                    "transfer_id is the nil UUID, which names nothing; draw a UUID v7");
        }
        text("destination", destination, NAME_CHARS_MAX);
        text("actor.type", actor.type(), NAME_CHARS_MAX);
        text("actor.id", actor.id(), NAME_CHARS_MAX);
        atMost("models", models.size(), MODELS_MAX);
        var named = new HashSet<String>();
        for (var model : models) {
            text("models", model, MODEL_CHARS_MAX);
            if (!named.add(model)) {
                throw new IllegalArgumentException(
                        "models names '%s' twice".formatted(Shown.of(model)));
            }
        }
        atMost("tags", tags.size(), TAGS_MAX);
        tags.forEach((key, value) -> {
            text("tags (a key)", key, TAG_KEY_CHARS_MAX);
            if (!value.isEmpty()) {
                text("tags." + Shown.of(key), value, TAG_VALUE_CHARS_MAX);
            }
        });
        windowStart = time("start_window_at", windowStart);
        windowEnd = time("end_window_at", windowEnd);
        if (windowStart != null && windowEnd != null && !windowStart.isBefore(windowEnd)) {
            throw new IllegalArgumentException(
                    "start_window_at %s is not before end_window_at %s"
                            .formatted(windowStart, windowEnd));
        }
        if (catalogRevision < 0) {
            throw new IllegalArgumentException(
                    "catalog_revision %d is negative".formatted(catalogRevision));
        }
        models = List.copyOf(models);
        tags = Map.copyOf(tags);
    }

    private static void text(String field, String text, int charsMax) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("%s is empty; give a value".formatted(field));
        }
        atMost("characters of " + field, text.length(), charsMax);
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "%s '%s' holds U+0000 or half a character, which cannot be stored"
                            .formatted(field, Shown.of(text)));
        }
    }

    private static void atMost(String what, int found, int max) {
        if (found > max) {
            throw new IllegalArgumentException(
                    "%s: %d, at most %d are allowed".formatted(what, found, max));
        }
    }

    /// Kept to the microsecond, as on the wire.
    private static @Nullable Instant time(String field, @Nullable Instant time) {
        if (time == null) {
            return null;
        }
        if (time.isBefore(TIME_MIN) || time.isAfter(TIME_MAX)) {
            throw new IllegalArgumentException(
                    "%s %s is not between the years 1 and 9999".formatted(field, time));
        }
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    /// The plain request: all models of `destination`, what changed since the last time.
    public static TransferRequest plain(TransferId transferId, String destination, Actor actor) {
        return new TransferRequest(
                transferId,
                destination,
                List.of(),
                TransferKind.TRANSFER,
                false,
                null,
                null,
                false,
                false,
                false,
                actor,
                Map.of(),
                0);
    }
}
