package io.tranship.outbox;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/// How far this process has applied what it read, to notice a database that went back.
///
/// The consumer goes on from where it is and not from where a restored database stands, so what
/// lies between would never be applied.
final class Applied {

    private record Place(String reader, UUID topicId, int partition) {}

    private final Map<Place, Long> next = new ConcurrentHashMap<>();

    /// @param ends of a batch whose transaction has committed
    void committed(String reader, Map<TopicPartition, Long> ends, Map<String, UUID> ids) {
        ends.forEach((partition, end) -> next.merge(place(reader, partition, ids), end, Math::max));
    }

    /// @param positions as the database has them now
    /// @throws DatabaseWentBack when they are behind what this process has committed
    void check(String reader, Map<TopicPartition, Long> positions, Map<String, UUID> ids) {
        positions.forEach((partition, position) -> {
            var known = next.getOrDefault(place(reader, partition, ids), 0L);
            if (position < known) {
                throw new DatabaseWentBack(
                        """
                        the database went back under this process: %s had applied %s up to %d and now stands at %d; \
                        restart the service, and it reads on from there\
                        """
                                .formatted(reader, partition, known, position));
            }
        });
    }

    private static Place place(String reader, TopicPartition partition, Map<String, UUID> ids) {
        var id = ids.get(partition.topic());
        if (id == null) {
            throw new IllegalStateException("No topic id of " + partition.topic());
        }
        return new Place(reader, id, partition.partition());
    }

    /// Its name is what the log tells.
    static final class DatabaseWentBack extends IllegalStateException {
        private static final long serialVersionUID = 1;

        DatabaseWentBack(String message) {
            super(message);
        }
    }
}
