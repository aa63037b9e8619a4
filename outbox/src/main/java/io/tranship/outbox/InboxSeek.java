package io.tranship.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.tranship.schemas.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Starts reading a partition where the database says, not where Kafka's committed offset does: a
/// database that was restored to an hour ago is behind the offset and would miss that hour.
///
/// Runs on the consumer's own polling thread and may block it.
@ApplicationScoped
@Identifier("inbox")
public class InboxSeek implements KafkaConsumerRebalanceListener {

    private static final Duration ASK_WAIT = Duration.ofSeconds(15);
    private static final Duration RETRY_WAIT = Duration.ofMillis(500);

    /// Of this reader if it can be told by the group's name, else of the slowest one.
    private static final String NEXT =
            """
            select coalesce(min(next) filter (where reader in (?, ?)), min(next), 0)
            from inbox
            where topic_id = ? and partition = ?
            """;

    private final DataSource database;
    private final TopicIds topicIds;
    private final OutboxMetrics metrics;
    private final String prefix;
    private final CountDownLatch stopping = new CountDownLatch(1);

    InboxSeek(
            DataSource database,
            TopicIds topicIds,
            OutboxMetrics metrics,
            @ConfigProperty(name = "tranship.topic-prefix", defaultValue = Topics.DEFAULT_PREFIX)
                    String prefix) {
        this.database = database;
        this.topicIds = topicIds;
        this.metrics = metrics;
        this.prefix = prefix;
    }

    void onStop(@Observes ShutdownEvent ending) {
        stopping.countDown();
    }

    /// Tries without end: what is read from a wrong place would be passed over for good.
    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        var group = consumer.groupMetadata().groupId();
        while (!partitions.isEmpty() && stopping.getCount() > 0) {
            try {
                next(group, partitions).forEach(consumer::seek);
                return;
            } catch (SQLException | RuntimeException trouble) {
                metrics.inboxTrouble(group, trouble);
                pause();
            }
        }
    }

    private Map<TopicPartition, Long> next(String group, Collection<TopicPartition> partitions)
            throws SQLException {
        var topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        var ids = topicIds.ask(topics).await().atMost(ASK_WAIT);
        var next = new HashMap<TopicPartition, Long>();
        try (var connection = database.getConnection();
                var query = connection.prepareStatement(NEXT)) {
            for (var partition : List.copyOf(partitions)) {
                query.setString(1, group);
                query.setString(2, withoutPrefix(group));
                query.setObject(3, ids.get(partition.topic()), java.sql.Types.OTHER);
                query.setInt(4, partition.partition());
                try (var rows = query.executeQuery()) {
                    rows.next();
                    next.put(partition, rows.getLong(1));
                }
            }
        }
        return next;
    }

    private String withoutPrefix(String group) {
        return group.startsWith(prefix) ? group.substring(prefix.length()) : group;
    }

    private void pause() {
        try {
            if (stopping.await(RETRY_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
