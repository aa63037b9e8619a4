package io.tranship.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record as it was read, before anybody tried to understand its value.
///
/// @param timestamp the broker's append time on topics that use it, else the producer's
/// @param key read as UTF-8, bytes that are none are replaced
/// @param value null is a tombstone; the array is not copied and not compared by content
/// @param headers read as UTF-8; of a doubled name the last
public record InboxRecord(
        String topic,
        int partition,
        long offset,
        Instant timestamp,
        @Nullable String key,
        @SuppressWarnings("ArrayRecordComponent") byte @Nullable [] value,
        Map<String, String> headers) {

    public InboxRecord {
        headers = Map.copyOf(headers);
    }

    /// For readers that need no guard, such as those of telemetry.
    public static InboxRecord of(ConsumerRecord<byte[], byte[]> consumed) {
        var headers = new HashMap<String, String>();
        for (var header : consumed.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return new InboxRecord(
                consumed.topic(),
                consumed.partition(),
                consumed.offset(),
                Instant.ofEpochMilli(consumed.timestamp()),
                consumed.key() == null ? null : text(consumed.key()),
                consumed.value(),
                headers);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /// Names the record without its content.
    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
