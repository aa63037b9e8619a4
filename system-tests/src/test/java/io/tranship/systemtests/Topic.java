package io.tranship.systemtests;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/// What stands in a topic, read from its beginning without a group.
final class Topic {

    private Topic() {}

    static List<ConsumerRecord<byte[], byte[]>> read(String bootstrap, String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    static ByteBuffer awaitFirst(String bootstrap, String topic) {
        return Awaitility.await("a record in " + topic)
                .atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                read(bootstrap, topic).stream()
                                        .map(record -> ByteBuffer.wrap(record.value()))
                                        .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }
}
