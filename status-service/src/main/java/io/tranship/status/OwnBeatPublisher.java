package io.tranship.status;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// The sweep's own beats: one on every partition of telemetry, since a runner's beat would have got
/// through only where these do.
///
/// Blocks; for the sweep's own thread.
@ApplicationScoped
class OwnBeatPublisher {

    private static final int DELIVERY_MS = 4_000;

    private final Map<String, Object> settings;
    private final String topic;
    private final byte[] value;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    OwnBeatPublisher(
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            StatusConfig config) {
        topic = new Topics(config.topicPrefix()).telemetry();
        value =
                TelemetryCodec.encode(
                        new Telemetry.Heartbeat(
                                Heard.NOBODY,
                                0,
                                new RunId(new UUID(0, 0)),
                                "status-service",
                                "",
                                0));
        settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-sweep");
        settings.put("acks", "all");
        settings.put("linger.ms", 0);
        settings.put("max.block.ms", DELIVERY_MS);
        settings.put("request.timeout.ms", DELIVERY_MS / 2);
        settings.put("delivery.timeout.ms", DELIVERY_MS);
    }

    /// The broker's append time of the last of them, once all are acknowledged.
    synchronized Instant beat() throws ExecutionException, InterruptedException, TimeoutException {
        var sender = open();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var partition : sender.partitionsFor(topic)) {
            sent.add(sender.send(beatRecord(partition.partition())));
        }
        var last = Instant.MIN;
        for (var one : sent) {
            var at =
                    Instant.ofEpochMilli(
                            one.get(2 * DELIVERY_MS, TimeUnit.MILLISECONDS).timestamp());
            last = at.isAfter(last) ? at : last;
        }
        return last;
    }

    private ProducerRecord<byte[], byte[]> beatRecord(int partition) {
        var made =
                new ProducerRecord<>(
                        topic,
                        partition,
                        Heard.NOBODY.toString().getBytes(StandardCharsets.UTF_8),
                        value);
        CloudEventHeaders.of("Heartbeat", "status-service", UUID.randomUUID().toString(), null)
                .forEach((name, text) ->
                        made.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return made;
    }

    private KafkaProducer<byte[], byte[]> open() {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    synchronized void onStop(@Observes ShutdownEvent ending) {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }
}
