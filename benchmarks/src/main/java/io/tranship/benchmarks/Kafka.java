package io.tranship.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Plain clients, with the settings that the services' own have where it matters.
public final class Kafka {

    private Kafka() {}

    public static KafkaProducer<byte[], byte[]> producer(String bootstrap, int lingerMillis) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "linger.ms",
                        lingerMillis,
                        "batch.size",
                        128 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    public static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "fetch.max.wait.ms",
                        100),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    public static ProducerRecord<byte[], byte[]> of(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /// Without waiting; a failure is told.
    @SuppressWarnings("FutureReturnValueIgnored") // the callback has it
    public static void send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> each) {
        producer.send(
                each,
                (_, failure) -> {
                    if (failure != null) {
                        System.err.println("not sent: " + failure);
                    }
                });
    }

    /// Until all are acknowledged.
    static void sendAll(
            KafkaProducer<byte[], byte[]> producer,
            Iterable<ProducerRecord<byte[], byte[]>> records) {
        records.forEach(each -> send(producer, each));
        producer.flush();
    }
}
