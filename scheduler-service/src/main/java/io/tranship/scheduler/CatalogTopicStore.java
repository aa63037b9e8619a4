package io.tranship.scheduler;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// The catalog's topic as it is in Kafka. Blocks; for a thread of its own.
@ApplicationScoped
class CatalogTopicStore {

    private static final int TIMEOUT_MS = 5_000;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration READ_MAX = Duration.ofMinutes(1);

    /// Which topic, and where it ends.
    record Extent(Uuid topicId, long end) {

        /// This one can be what became of `earlier` by appending.
        boolean follows(Extent earlier) {
            return topicId.equals(earlier.topicId) && end >= earlier.end;
        }
    }

    private final Map<String, Object> settings;
    private final Admin admin;
    private final TopicPartition place;
    private final InstantSource clock;

    CatalogTopicStore(
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            SchedulerConfig config,
            InstantSource clock) {
        this.clock = clock;
        place = new TopicPartition(new Topics(config.topicPrefix()).catalog(), 0);
        settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-scheduler-catalog");
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        admin = Admin.create(settings);
    }

    Extent extent() throws ExecutionException, InterruptedException, TimeoutException {
        var id =
                admin.describeTopics(List.of(place.topic()))
                        .allTopicNames()
                        .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .get(place.topic())
                        .topicId();
        var end =
                admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                        .all()
                        .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .get(place)
                        .offset();
        return new Extent(id, end);
    }

    /// The revision of each thing in the topic, by key. A record that cannot be read counts as one
    /// that has to be published again.
    Map<String, Long> revisions() throws TimeoutException {
        var revisions = new HashMap<String, Long>();
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            var end = consumer.endOffsets(List.of(place)).get(place);
            var until = clock.instant().plus(READ_MAX);
            while (consumer.position(place) < end) {
                inTime(until);
                for (var one : consumer.poll(POLL)) {
                    if (one.value() == null) {
                        revisions.remove(one.key());
                    } else {
                        revisions.put(one.key(), revision(one.value()));
                    }
                }
            }
        }
        return revisions;
    }

    private void inTime(Instant until) throws TimeoutException {
        if (clock.instant().isAfter(until)) {
            throw new TimeoutException(
                    "topic %s could not be read to its end in %s"
                            .formatted(place.topic(), READ_MAX));
        }
    }

    private static long revision(byte[] value) {
        try {
            return CatalogCodec.decode(value).revision();
        } catch (UndecodableException _) {
            return 0;
        }
    }

    void onStop(@Observes ShutdownEvent ending) {
        admin.close(Duration.ZERO);
    }
}
