package io.tranship.outbox;

import io.tranship.schemas.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Turns records that nobody can read into records that an operator can look at.
@ApplicationScoped
class DeadLetters {

    static final String REASON = "tranship_dlq_reason";
    static final String TOPIC = "tranship_dlq_topic";
    static final String PARTITION = "tranship_dlq_partition";
    static final String OFFSET = "tranship_dlq_offset";
    static final String TIMESTAMP = "tranship_dlq_timestamp";

    /// Says how many bytes the value had before it was cut.
    static final String CUT_FROM = "tranship_dlq_cut_from";

    private static final int REASON_CHARS_MAX = 1_000;
    private static final int HEADERS_BYTES_MAX = 16_384;
    private static final int KEY_CHARS_MAX = 4_096;

    /// Leaves room for key and headers at their greatest (three bytes a character at most).
    private static final int VALUE_BYTES_MAX = OutboxRecord.BYTES_MAX - 40_000;

    private final Topics topics;

    DeadLetters(
            @ConfigProperty(name = "tranship.topic-prefix", defaultValue = Topics.DEFAULT_PREFIX)
                    String prefix) {
        topics = new Topics(prefix);
    }

    /// Always small enough to be published: a foreign producer's record may be larger than ours.
    OutboxRecord of(InboxRecord origin, String reason) {
        var headers = new HashMap<String, String>();
        if (OutboxRecord.bytes(origin.headers()) <= HEADERS_BYTES_MAX) {
            headers.putAll(origin.headers());
        }
        headers.putAll(place(origin));
        headers.put(REASON, cut(reason, REASON_CHARS_MAX));
        var value = origin.value();
        if (value != null && value.length > VALUE_BYTES_MAX) {
            headers.put(CUT_FROM, Integer.toString(value.length));
        }
        return new OutboxRecord(
                topics.deadLetters(origin.topic()),
                origin.key() == null ? "" : cut(origin.key(), KEY_CHARS_MAX),
                cut(value),
                headers);
    }

    private static Map<String, String> place(InboxRecord origin) {
        return Map.of(
                TOPIC, origin.topic(),
                PARTITION, Integer.toString(origin.partition()),
                OFFSET, Long.toString(origin.offset()),
                TIMESTAMP, origin.timestamp().toString());
    }

    private static String cut(String text, int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax);
    }

    private static byte @Nullable [] cut(byte @Nullable [] value) {
        return value == null || value.length <= VALUE_BYTES_MAX
                ? value
                : Arrays.copyOf(value, VALUE_BYTES_MAX);
    }
}
