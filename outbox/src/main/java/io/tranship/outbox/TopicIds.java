package io.tranship.outbox;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/// Which topic a name stands for. A topic made anew under its old name starts again at offset 0, so
/// offsets count only together with the id that the broker gave the topic.
@ApplicationScoped
class TopicIds {

    private static final int TIMEOUT_MS = 10_000;

    private final Map<String, UUID> known = new ConcurrentHashMap<>();
    private final Admin admin;

    TopicIds(@Any @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        var settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-topic-ids");
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        admin = Admin.create(settings);
    }

    /// The ids last seen; asks the broker only for topics never seen. Never blocks.
    Uni<Map<String, UUID>> of(Set<String> topics) {
        var ids = known(topics);
        return ids.size() == topics.size() ? Uni.createFrom().item(ids) : ask(topics);
    }

    /// The ids last seen, without those of topics never seen.
    Map<String, UUID> known(Set<String> topics) {
        var ids = new HashMap<String, UUID>();
        for (var topic : topics) {
            var id = known.get(topic);
            if (id != null) {
                ids.put(topic, id);
            }
        }
        return ids;
    }

    /// The ids as the broker knows them now. Never blocks; fails when the broker cannot be asked.
    Uni<Map<String, UUID>> ask(Set<String> topics) {
        return Uni.createFrom()
                .completionStage(() ->
                        admin.describeTopics(topics)
                                .allTopicNames()
                                .toCompletionStage()
                                .thenApply(this::remember));
    }

    private Map<String, UUID> remember(Map<String, TopicDescription> described) {
        var ids = new HashMap<String, UUID>();
        described.forEach((topic, description) -> ids.put(topic, uuid(description.topicId())));
        known.putAll(ids);
        return ids;
    }

    private static UUID uuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
