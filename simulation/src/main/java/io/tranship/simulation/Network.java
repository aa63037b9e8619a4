package io.tranship.simulation;

import io.tranship.outbox.InboxRecord;
import io.tranship.schemas.Topics;
import io.tranship.simulation.Topic.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The topics of the simulated installation.
public final class Network {

    private static final Topics NAMES = new Topics(Topics.DEFAULT_PREFIX);
    private static final int TELEMETRY_PARTITIONS = 2;

    private final Map<String, Topic> topics = new HashMap<>();

    Network(World world) {
        for (var topic : NAMES.all()) {
            var partitions =
                    topic.name().equals(NAMES.telemetry())
                            ? TELEMETRY_PARTITIONS
                            : topic.partitions();
            topics.put(topic.name(), new Topic(world, topic.name(), partitions));
        }
    }

    public Topic topic(String name) {
        var topic = topics.get(name);
        if (topic == null) {
            throw new IllegalArgumentException("no topic " + name);
        }
        return topic;
    }

    public Topic requests() {
        return topic(NAMES.requests());
    }

    public Topic transfers() {
        return topic(NAMES.transfers());
    }

    public Topic workOrders() {
        return topic(NAMES.workOrders());
    }

    public Topic telemetry() {
        return topic(NAMES.telemetry());
    }

    public Topic catalog() {
        return topic(NAMES.catalog());
    }

    /// As a service's inbox hands them on.
    public static List<InboxRecord> consumed(Topic topic, List<Entry> entries) {
        return entries.stream()
                .map(entry ->
                        new InboxRecord(
                                topic.name(),
                                entry.partition(),
                                entry.offset(),
                                entry.appendedAt(),
                                entry.key(),
                                entry.value(),
                                entry.headers()))
                .toList();
    }
}
