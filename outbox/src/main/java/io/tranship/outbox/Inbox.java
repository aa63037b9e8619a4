package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.hibernate.reactive.mutiny.Mutiny;

/// Applies records to the database exactly once, however often Kafka delivers them.
@ApplicationScoped
public class Inbox {

    public Uni<Void> consume(
            String reader, ConsumerRecords<byte[], byte[]> records, BatchEffect effect) {
        throw new UnsupportedOperationException("being built");
    }

    public OutboxRecord deadLetter(InboxRecord undecodable, String reason) {
        throw new UnsupportedOperationException("being built");
    }

    public Uni<Map<TopicPartition, Long>> positions(
            Mutiny.StatelessSession session, String reader) {
        throw new UnsupportedOperationException("being built");
    }
}
