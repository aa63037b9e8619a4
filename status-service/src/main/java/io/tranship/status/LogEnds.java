package io.tranship.status;

import java.util.Map;
import java.util.UUID;

/// Where the topics ended at some time, and so up to where this service has to have read before it
/// may judge that time.
record LogEnds(Map<Partition, Span> spans) {

    /// @param topicId of the topic's incarnation: one made anew under its name is another
    record Partition(String topic, UUID topicId, int number) {

        /// Where a name stands for one topic only.
        Partition(String topic, int number) {
            this(topic, new UUID(0, 0), number);
        }
    }

    /// @param first the first offset that is still there
    /// @param next the offset that the next record gets
    record Span(long first, long next) {

        /// Records not read yet. What the topic has dropped meanwhile can never be read.
        long unread(long position) {
            return Math.max(0, next - Math.max(position, first));
        }
    }

    LogEnds {
        spans = Map.copyOf(spans);
    }

    /// @param positions the next offset to apply; 0 for a partition that is missing
    long unread(Map<Partition, Long> positions) {
        return spans.entrySet().stream()
                .mapToLong(entry ->
                        entry.getValue().unread(positions.getOrDefault(entry.getKey(), 0L)))
                .sum();
    }
}
