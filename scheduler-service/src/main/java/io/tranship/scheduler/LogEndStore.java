package io.tranship.scheduler;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.hibernate.reactive.mutiny.Mutiny;

/// Where the log ends by Kafka's account, and how far this service has read it. Asking Kafka
/// blocks: for a thread of its own.
@ApplicationScoped
class LogEndStore {

    private static final int TIMEOUT_MS = 5_000;

    private static final String POSITIONS =
            "select topic_id, partition, next from inbox where reader = :reader";

    private final Admin admin;
    private final String topic;

    LogEndStore(
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            SchedulerConfig config) {
        topic = new Topics(config.topicPrefix()).transfers();
        var settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-scheduler-ends");
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        admin = Admin.create(settings);
    }

    LogEnds ends() throws ExecutionException, InterruptedException, TimeoutException {
        var described =
                admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .get(topic);
        var earliest = new HashMap<TopicPartition, OffsetSpec>();
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        for (var partition : described.partitions()) {
            var place = new TopicPartition(topic, partition.partition());
            earliest.put(place, OffsetSpec.earliest());
            latest.put(place, OffsetSpec.latest());
        }
        var firsts = admin.listOffsets(earliest).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        var nexts = admin.listOffsets(latest).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        var id =
                new UUID(
                        described.topicId().getMostSignificantBits(),
                        described.topicId().getLeastSignificantBits());
        var spans = new HashMap<LogEnds.Place, LogEnds.Span>();
        nexts.forEach((place, next) ->
                spans.put(
                        new LogEnds.Place(id, place.partition()),
                        new LogEnds.Span(firsts.get(place).offset(), next.offset())));
        return new LogEnds(spans);
    }

    /// The next offset to apply, of every incarnation of the topic that was ever read.
    Uni<Map<LogEnds.Place, Long>> positions(Mutiny.StatelessSession session) {
        return session.createNativeQuery(POSITIONS, Object[].class)
                .setParameter("reader", TransfersConsumer.READER)
                .getResultList()
                .map(rows -> {
                    var positions = new HashMap<LogEnds.Place, Long>();
                    for (var row : rows) {
                        positions.put(
                                new LogEnds.Place(
                                        UUID.fromString(row[0].toString()), (Integer) row[1]),
                                (Long) row[2]);
                    }
                    return positions;
                });
    }

    void onStop(@Observes ShutdownEvent ending) {
        admin.close(Duration.ZERO);
    }
}
