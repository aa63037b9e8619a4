package io.tranship.outbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/// The records of one poll by partition, in offset order: what the guard drops or lets through.
record InboxBatch(Map<TopicPartition, List<InboxRecord>> parts) {

    static InboxBatch of(ConsumerRecords<byte[], byte[]> records) {
        var parts = new LinkedHashMap<TopicPartition, List<InboxRecord>>();
        for (var partition : records.partitions()) {
            parts.put(partition, records.records(partition).stream().map(InboxRecord::of).toList());
        }
        return new InboxBatch(parts);
    }

    Set<String> topics() {
        return parts.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    }

    int size() {
        return parts.values().stream().mapToInt(List::size).sum();
    }

    /// Whether each part begins with the very record that was to come next, and not the first ever.
    boolean goesOnFrom(Map<TopicPartition, Long> positions) {
        return parts.entrySet().stream()
                .allMatch(part -> {
                    var next = positions.getOrDefault(part.getKey(), 0L);
                    return next > 0 && next == part.getValue().getFirst().offset();
                });
    }

    /// Without the records below the position that was already applied.
    InboxBatch from(Map<TopicPartition, Long> positions) {
        var fresh = new LinkedHashMap<TopicPartition, List<InboxRecord>>();
        parts.forEach((partition, records) -> {
            var next = positions.getOrDefault(partition, 0L);
            var left = records.stream().filter(known -> known.offset() >= next).toList();
            if (!left.isEmpty()) {
                fresh.put(partition, left);
            }
        });
        return new InboxBatch(fresh);
    }

    /// The positions once all records here have been applied.
    Map<TopicPartition, Long> ends() {
        var ends = new LinkedHashMap<TopicPartition, Long>();
        parts.forEach((partition, records) -> ends.put(partition, records.getLast().offset() + 1));
        return ends;
    }

    List<InboxRecord> records() {
        var all = new ArrayList<InboxRecord>(size());
        parts.values().forEach(all::addAll);
        return all;
    }
}
