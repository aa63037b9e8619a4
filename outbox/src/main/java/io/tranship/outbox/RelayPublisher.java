package io.tranship.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Sends rows to Kafka such that what fails is never overtaken.
///
/// One request in flight per broker, and the first failure closes the producer from within its
/// callback: so no later record of the same key can get out before the failed one is sent again.
final class RelayPublisher implements AutoCloseable {

    /// The topic's own limit decides what is too large; dead letters may be larger than their
    /// origin.
    private static final int REQUEST_BYTES_MAX = 2 * 1024 * 1024;

    private final Map<String, Object> settings;
    private @Nullable Producer<byte[], byte[]> producer;

    /// @param kafka how to reach and authenticate to the broker
    RelayPublisher(Map<String, Object> kafka) {
        settings = new HashMap<>(kafka);
        settings.put("client.id", "tranship-relay");
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("max.in.flight.requests.per.connection", 1);
        settings.put("linger.ms", 0);
        settings.put("delivery.timeout.ms", 10_000);
        settings.put("request.timeout.ms", 5_000);
        settings.put("max.block.ms", 10_000);
        settings.put("max.request.size", REQUEST_BYTES_MAX);
        settings.put("compression.type", "none");
    }

    /// What came of one batch. With a failure, all that is not acknowledged must be sent again.
    record Sent(List<Long> acknowledged, @Nullable Exception failure) {}

    /// Sends in order and waits for every acknowledgement.
    Sent publish(List<RelayRow> rows) {
        var attempt = new Attempt(open());
        for (var row : rows) {
            if (!attempt.send(row)) {
                break;
            }
        }
        var sent = attempt.await();
        if (sent.failure() != null) {
            close();
        }
        return sent;
    }

    private static final class Attempt {
        private final Producer<byte[], byte[]> producer;
        private final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

        Attempt(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        boolean send(RelayRow row) {
            if (failure.get() != null) {
                return false;
            }
            try {
                var _ =
                        producer.send(
                                kafkaRecord(row.content()),
                                (_, trouble) -> {
                                    if (trouble == null) {
                                        acknowledged.add(row.id());
                                    } else {
                                        fail(trouble);
                                    }
                                });
            } catch (KafkaException | IllegalStateException trouble) {
                fail(trouble);
            }
            return failure.get() == null;
        }

        private void fail(Exception trouble) {
            if (failure.compareAndSet(null, trouble)) {
                producer.close(Duration.ZERO);
            }
        }

        Sent await() {
            if (failure.get() == null) {
                try {
                    producer.flush();
                } catch (KafkaException | IllegalStateException trouble) {
                    fail(trouble);
                }
            }
            if (failure.get() != null) {
                producer.close(); // until the sender is gone: no acknowledgement comes after this
            }
            return new Sent(new ArrayList<>(acknowledged), failure.get());
        }
    }

    private static ProducerRecord<byte[], byte[]> kafkaRecord(OutboxRecord content) {
        var made =
                new ProducerRecord<>(
                        content.topic(),
                        content.key().getBytes(StandardCharsets.UTF_8),
                        content.value());
        content.headers()
                .forEach((name, value) ->
                        made.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return made;
    }

    private Producer<byte[], byte[]> open() {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /// Drops what was not acknowledged. The next use makes a new producer.
    @Override
    public void close() {
        var closing = producer;
        producer = null;
        if (closing != null) {
            closing.close(Duration.ZERO);
        }
    }
}
