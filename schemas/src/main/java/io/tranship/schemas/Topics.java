package io.tranship.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The topics of one installation. A name is the prefix and the word of the architecture.
public record Topics(String prefix) {

    public static final String DEFAULT_PREFIX = "tranship.";

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
                appended(requests(), 4, Duration.ofDays(7)),
                appended(transfers(), 4, Duration.ofDays(90)),
                kept(workOrders(), 1, Duration.ofDays(1)),
                appended(telemetry(), 4, Duration.ofHours(1)),
                new Topic(catalog(), 1, Map.of("cleanup.policy", "compact")),
                kept(deadLetters(requests()), 1, Duration.ofDays(30)),
                kept(deadLetters(transfers()), 1, Duration.ofDays(30)),
                kept(deadLetters(workOrders()), 1, Duration.ofDays(30)),
                kept(deadLetters(telemetry()), 1, Duration.ofDays(30)),
                kept(deadLetters(catalog()), 1, Duration.ofDays(30)));
    }

    private static Topic kept(String name, int partitions, Duration retention) {
        return new Topic(
                name,
                partitions,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        Long.toString(retention.toMillis())));
    }

    /// With the broker's time, so that no producer can forge one.
    private static Topic appended(String name, int partitions, Duration retention) {
        return new Topic(
                name,
                partitions,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        Long.toString(retention.toMillis()),
                        "message.timestamp.type",
                        "LogAppendTime"));
    }
}
