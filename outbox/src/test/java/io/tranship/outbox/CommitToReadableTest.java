package io.tranship.outbox;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Measures, and asserts nothing: `-Dtest=CommitToReadableTest -Dmeasure=true`.
@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
@EnabledIfSystemProperty(named = "measure", matches = "true")
class CommitToReadableTest {

    private static final int PER_SECOND = 50;
    private static final int WARM_UP = 20 * PER_SECOND;
    private static final int MEASURED = 60 * PER_SECOND;

    @Inject Outbox outbox;

    @ConfigProperty(name = "tranship.kafka")
    String bootstrap;

    @ConfigProperty(name = "tranship.topic-prefix")
    String prefix;

    @Test
    void fromCommitToReadable() throws Exception {
        var topic = prefix + "transfers";
        var committed = new ConcurrentHashMap<String, Long>();
        var readable = new ConcurrentHashMap<String, Long>();
        var reader = Thread.ofPlatform().daemon().start(() -> read(topic, readable));

        var begin = System.nanoTime();
        for (var i = 0; i < WARM_UP + MEASURED; i++) {
            var due = begin + i * 1_000_000_000L / PER_SECOND;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            add(topic, "v" + i);
            committed.put("v" + i, System.nanoTime());
        }
        reader.join(Duration.ofSeconds(20));

        var millis =
                IntStream.range(WARM_UP, WARM_UP + MEASURED)
                        .mapToObj(i -> "v" + i)
                        .map(value -> (readable.get(value) - committed.get(value)) / 1e6)
                        .sorted()
                        .toList();
        System.out.printf(
                "commit to readable at %d/s, %d records: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max"
                        + " %.1f ms%n",
                PER_SECOND,
                millis.size(),
                millis.get(millis.size() / 2),
                millis.get(millis.size() * 90 / 100),
                millis.get(millis.size() * 99 / 100),
                millis.getLast());
    }

    private void add(String topic, String value) {
        outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                List.of(
                                        new OutboxRecord(
                                                topic, value, TestKafka.bytes(value), Map.of()))))
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    private void read(String topic, Map<String, Long> readable) {
        try (var consumer = new TestKafka(bootstrap).consumer()) {
            consumer.assign(
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList());
            consumer.seekToBeginning(consumer.assignment());
            while (readable.size() < WARM_UP + MEASURED) {
                for (var read : consumer.poll(Duration.ofSeconds(1))) {
                    readable.putIfAbsent(TestKafka.text(read.value()), System.nanoTime());
                }
            }
        }
    }
}
