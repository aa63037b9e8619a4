package io.tranship.dispatch;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/// Asks Kafka where the log ends. Never blocks; fails when the broker cannot be asked.
@ApplicationScoped
class LogEndStore {

    private static final int TIMEOUT_MS = 5_000;

    private final String topic;
    private final Admin admin;

    LogEndStore(
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            DispatchConfig config) {
        topic = new Topics(config.topicPrefix()).transfers();
        var settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-dispatch-log-end");
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        admin = Admin.create(settings);
    }

    /// The next offset of each partition of the log that has records, as of now. What was deleted
    /// for its age cannot be read, and nobody waits for it.
    Uni<Map<TopicPartition, Long>> ends() {
        return Uni.createFrom()
                .completionStage(() ->
                        admin.describeTopics(Set.of(topic)).allTopicNames().toCompletionStage())
                .map(described -> partitions(described.get(topic)))
                .chain(partitions ->
                        offsets(partitions, OffsetSpec.earliest())
                                .chain(first ->
                                        offsets(partitions, OffsetSpec.latest())
                                                .map(end -> withRecords(first, end))));
    }

    private Uni<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            Set<TopicPartition> partitions, OffsetSpec which) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(partition, which));
        return Uni.createFrom()
                .completionStage(() -> admin.listOffsets(asked).all().toCompletionStage());
    }

    private static Set<TopicPartition> partitions(TopicDescription description) {
        var partitions = new HashSet<TopicPartition>();
        description
                .partitions()
                .forEach(each ->
                        partitions.add(new TopicPartition(description.name(), each.partition())));
        return partitions;
    }

    private static Map<TopicPartition, Long> withRecords(
            Map<TopicPartition, ListOffsetsResultInfo> first,
            Map<TopicPartition, ListOffsetsResultInfo> end) {
        var ends = new HashMap<TopicPartition, Long>();
        end.forEach((partition, next) -> {
            if (first.get(partition).offset() < next.offset()) {
                ends.put(partition, next.offset());
            }
        });
        return ends;
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ZERO);
    }
}
