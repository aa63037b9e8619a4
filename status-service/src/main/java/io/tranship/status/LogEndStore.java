package io.tranship.status;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
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
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// Asks Kafka where the topics that this service reads end. Blocks; for the sweep's own thread.
@ApplicationScoped
class LogEndStore {

    private static final int TIMEOUT_MS = 5_000;

    private final Admin admin;
    private final List<String> topics;

    LogEndStore(
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            StatusConfig config) {
        var names = new Topics(config.topicPrefix());
        topics = List.of(names.transfers(), names.telemetry());
        var settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-sweep-ends");
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        admin = Admin.create(settings);
    }

    LogEnds ends() throws ExecutionException, InterruptedException, TimeoutException {
        var earliest = new HashMap<TopicPartition, OffsetSpec>();
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        var ids = new HashMap<String, UUID>();
        for (var topic :
                admin.describeTopics(topics)
                        .allTopicNames()
                        .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .values()) {
            ids.put(topic.name(), uuid(topic.topicId()));
            for (var partition : topic.partitions()) {
                var place = new TopicPartition(topic.name(), partition.partition());
                earliest.put(place, OffsetSpec.earliest());
                latest.put(place, OffsetSpec.latest());
            }
        }
        var firsts = offsets(earliest);
        var spans = new HashMap<LogEnds.Partition, LogEnds.Span>();
        offsets(latest)
                .forEach((place, next) ->
                        spans.put(
                                new LogEnds.Partition(
                                        place.topic(), ids.get(place.topic()), place.partition()),
                                new LogEnds.Span(firsts.get(place).offset(), next.offset())));
        return new LogEnds(spans);
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Map<TopicPartition, OffsetSpec> asked)
            throws ExecutionException, InterruptedException, TimeoutException {
        return admin.listOffsets(asked).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private static UUID uuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    void onStop(@Observes ShutdownEvent ending) {
        admin.close(Duration.ZERO);
    }
}
