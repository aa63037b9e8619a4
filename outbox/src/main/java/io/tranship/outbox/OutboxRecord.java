package io.tranship.outbox;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A record that will be published once the transaction that added it has committed.
///
/// @param topic the full name, prefix included
/// @param key decides the partition; records of one key are published in the order they were added
/// @param value null is a tombstone; the array is not copied and not compared by content
public record OutboxRecord(
        String topic,
        String key,
        @SuppressWarnings("ArrayRecordComponent") byte @Nullable [] value,
        Map<String, String> headers) {

    /// Most bytes of key, value and headers together. Kafka's default limit for a batch of one
    /// record is 1 MiB; a record that the broker can never take would hold up all behind it.
    public static final int BYTES_MAX = 1_000_000;

    public OutboxRecord {
        if (topic.isBlank()) {
            throw new IllegalArgumentException("An outbox record needs a topic");
        }
        headers = Map.copyOf(headers);
        var bytes = bytes(key) + (value == null ? 0 : value.length) + bytes(headers);
        if (bytes > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "A record for "
                            + topic
                            + " has "
                            + bytes
                            + " bytes; at most "
                            + BYTES_MAX
                            + " can be published");
        }
    }

    static long bytes(Map<String, String> headers) {
        return headers.entrySet().stream()
                .mapToLong(header -> bytes(header.getKey()) + bytes(header.getValue()) + 8)
                .sum();
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// Names the record without its content.
    @Override
    public String toString() {
        return "OutboxRecord[" + topic + ", key " + key + "]";
    }
}
