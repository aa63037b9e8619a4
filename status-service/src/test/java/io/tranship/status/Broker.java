package io.tranship.status;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The rest of the fleet, played by a plain producer.
@ApplicationScoped
class Broker {

    private final String bootstrap;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics topics;

    Broker(
            @ConfigProperty(name = "tranship.kafka") String bootstrap,
            @ConfigProperty(name = "tranship.topic-prefix") String prefix) {
        this.bootstrap = bootstrap;
        topics = new Topics(prefix);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    Topics topics() {
        return topics;
    }

    void say(TransferFact... facts) {
        say(List.of(facts));
    }

    void say(List<TransferFact> facts) {
        for (var fact : facts) {
            send(topics.transfers(), fact.transferId(), FactCodec.encode(fact));
        }
    }

    /// By a producer that knows nothing of topics that were deleted, and gives up soon.
    void sayAnew(List<TransferFact> facts) throws ExecutionException, InterruptedException {
        try (var fresh =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", bootstrap,
                                "acks", "all",
                                "linger.ms", 0,
                                "max.block.ms", 4_000,
                                "request.timeout.ms", 2_000,
                                "delivery.timeout.ms", 4_000),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (var fact : facts) {
                fresh.send(
                                new ProducerRecord<>(
                                        topics.transfers(),
                                        fact.transferId()
                                                .toString()
                                                .getBytes(StandardCharsets.UTF_8),
                                        FactCodec.encode(fact)))
                        .get();
            }
        }
    }

    /// Many at once, awaited at the end.
    void sayTogether(List<TransferFact> facts) {
        for (var fact : facts) {
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    topics.transfers(),
                                    fact.transferId().toString().getBytes(StandardCharsets.UTF_8),
                                    FactCodec.encode(fact)));
        }
        producer.flush();
    }

    void telemetry(TransferId id, Telemetry said) {
        send(topics.telemetry(), id, TelemetryCodec.encode(said));
    }

    void send(String topic, TransferId id, byte[] value) {
        try {
            producer.send(
                            new ProducerRecord<>(
                                    topic, id.toString().getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// All that is in `topic` now.
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
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
            var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
            return found;
        }
    }

    /// What the log says of one transfer.
    List<TransferFact> log(TransferId id) {
        return read(topics.transfers()).stream()
                .filter(found -> id.toString().equals(text(found.key())))
                .map(found -> decode(found.value()))
                .toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static TransferFact decode(byte[] bytes) {
        try {
            return FactCodec.decode(bytes);
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ZERO);
    }
}
