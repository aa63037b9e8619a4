package io.tranship.worker.run;

import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WorkOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes facts to the log, telemetry, and what could not be decoded.
///
/// Each call returns at once with the acknowledgement to come, which fails after ten seconds
/// without one. The record may be in the topic all the same: facts are totals, so saying one again
/// is harmless.
public final class LogPublisher implements AutoCloseable {

    private static final int DEAD_KEY_BYTES_MAX = 4_096;
    private static final int DEAD_VALUE_BYTES_MAX = WorkOrder.BYTES_MAX;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics topics;
    private final String source;
    private final RandomGenerator random = new SecureRandom();

    private LogPublisher(KafkaProducer<byte[], byte[]> producer, Topics topics, String source) {
        this.producer = producer;
        this.topics = topics;
        this.source = source;
    }

    /// @param source the speaker in CloudEvents headers
    public static LogPublisher connect(Map<String, String> kafka, Topics topics, String source) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "2000");
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500");
        settings.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        return new LogPublisher(
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
                topics,
                source);
    }

    /// Connects, and learns where the topics are.
    public void warm() {
        producer.partitionsFor(topics.transfers());
        producer.partitionsFor(topics.telemetry());
    }

    public CompletableFuture<RecordMetadata> say(TransferFact fact) {
        return send(
                topics.transfers(),
                key(fact.transferId().toString()),
                FactCodec.encode(fact),
                type(fact));
    }

    public CompletableFuture<RecordMetadata> tell(Telemetry telemetry) {
        var key =
                switch (telemetry) {
                    case Telemetry.Heartbeat h -> h.transferId().toString();
                    case Telemetry.Progress p -> p.transferId().toString();
                    case Telemetry.LauncherRoom r -> r.launcher();
                };
        return send(
                topics.telemetry(),
                key(key),
                TelemetryCodec.encode(telemetry),
                telemetry.getClass().getSimpleName());
    }

    private static String type(TransferFact fact) {
        return switch (fact) {
            case TransferFact.ModelFinished _ -> "ModelFinished";
            case TransferFact.CancelRequested _ -> "CancelRequested";
            default -> "Transfer" + fact.getClass().getSimpleName();
        };
    }

    /// Puts a record that nobody can read aside, with the reason, as every reader does. A foreign
    /// one may be larger than ours: it is cut, so that it can always be put there.
    public CompletableFuture<RecordMetadata> bury(
            ConsumerRecord<byte[], byte[]> undecodable, String reason) {
        var dead =
                new ProducerRecord<>(
                        topics.deadLetters(undecodable.topic()),
                        cut(undecodable.key(), DEAD_KEY_BYTES_MAX),
                        cut(undecodable.value(), DEAD_VALUE_BYTES_MAX));
        header(dead, "tranship_dlq_reason", reason);
        header(dead, "tranship_dlq_topic", undecodable.topic());
        header(dead, "tranship_dlq_partition", Integer.toString(undecodable.partition()));
        header(dead, "tranship_dlq_offset", Long.toString(undecodable.offset()));
        header(dead, "tranship_dlq_timestamp", Long.toString(undecodable.timestamp()));
        return send(dead);
    }

    private static byte @Nullable [] cut(byte @Nullable [] bytes, int max) {
        return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
    }

    private static void header(ProducerRecord<byte[], byte[]> to, String name, String text) {
        to.headers().add(name, key(text));
    }

    private CompletableFuture<RecordMetadata> send(
            String topic, byte[] key, byte[] value, String type) {
        var sent = new ProducerRecord<>(topic, key, value);
        var id = UuidV7.draw(InstantSource.system().instant(), random).toString();
        CloudEventHeaders.of(type, source, id, null)
                .forEach((name, text) ->
                        sent.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return send(sent);
    }

    private CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent) {
        var acknowledged = new CompletableFuture<RecordMetadata>();
        try {
            var _ =
                    producer.send(
                            sent,
                            (metadata, trouble) -> {
                                if (trouble == null) {
                                    acknowledged.complete(metadata);
                                } else {
                                    acknowledged.completeExceptionally(trouble);
                                }
                            });
        } catch (KafkaException e) {
            acknowledged.completeExceptionally(e);
        }
        return acknowledged;
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
