package io.tranship.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The topics of one installation. A name is the prefix and the word of the architecture.
public record Topics(String prefix) {

    public static final String DEFAULT_PREFIX = "tranship.";

    private static final String DEAD_LETTER_BYTES_MAX = Integer.toString(2 * 1024 * 1024);

    /// A topic with the settings that its meaning needs. Replication is the operator's choice.
    public record Topic(String name, int partitions, Map<String, String> settings) {}

    public String requests() {
        return prefix + "requests";
    }

    public String transfers() {
        return prefix + "transfers";
    }

    public String workOrders() {
        return prefix + "work-orders";
    }

    public String telemetry() {
        return prefix + "telemetry";
    }

    public String catalog() {
        return prefix + "catalog";
    }

    /// Where undecodable bytes of `topic`, given with its prefix, are kept.
    public String deadLetters(String topic) {
        return prefix + "dlq." + topic.substring(prefix.length());
    }

    public List<Topic> all() {
        return List.of(
                new Topic(requests(), 4, appended(Duration.ofDays(7))),
                new Topic(transfers(), 4, appended(Duration.ofDays(90))),
                new Topic(workOrders(), 1, deleted(Duration.ofDays(1))),
                new Topic(telemetry(), 4, hourly()),
                new Topic(catalog(), 1, compacted()),
                deadLetterTopic(requests()),
                deadLetterTopic(transfers()),
                deadLetterTopic(workOrders()),
                deadLetterTopic(telemetry()),
                deadLetterTopic(catalog()));
    }

    /// Larger than its origin allows: the reason comes on top of a record of the greatest size.
    private Topic deadLetterTopic(String topic) {
        return new Topic(
                deadLetters(topic),
                1,
                and(deleted(Duration.ofDays(30)), "max.message.bytes", DEAD_LETTER_BYTES_MAX));
    }

    private static Map<String, String> deleted(Duration retention) {
        return Map.of("cleanup.policy", "delete", "retention.ms", millis(retention));
    }

    /// With the broker's time, so that no producer can forge one.
    private static Map<String, String> appended(Duration retention) {
        return and(deleted(retention), "message.timestamp.type", "LogAppendTime");
    }

    /// Only closed segments are deleted, so these have to close soon.
    private static Map<String, String> hourly() {
        return and(appended(Duration.ofHours(1)), "segment.ms", millis(Duration.ofMinutes(10)));
    }

    /// A reader that was away for long must still learn what was deleted, as it goes on from a
    /// copy.
    private static Map<String, String> compacted() {
        return Map.of(
                "cleanup.policy", "compact", "delete.retention.ms", millis(Duration.ofDays(90)));
    }

    private static Map<String, String> and(
            Map<String, String> settings, String name, String value) {
        var more = new HashMap<>(settings);
        more.put(name, value);
        return Map.copyOf(more);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
