package io.tranship.worker.launch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Receives work orders one at a time from the share group of all launchers.
///
/// The broker lends an order for the length of its lock. It is lent on when it is neither settled
/// nor renewed by then, or when its holder dies.
final class OrderConsumer implements AutoCloseable {

    private static final Duration LOCK_UNLESS_TOLD = Duration.ofSeconds(15);

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final InstantSource clock;
    private @Nullable ConsumerRecord<byte[], byte[]> held;
    private Instant lentAt;

    OrderConsumer(LauncherSettings settings, InstantSource clock) {
        var config = new HashMap<String, Object>(settings.kafka());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.launcher() + "-orders");
        config.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        config.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        // While there is no room it does not poll, and stays a member.
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
        config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500");
        this.consumer =
                new KafkaShareConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.clock = clock;
        this.lentAt = clock.instant();
        consumer.subscribe(List.of(settings.topics().workOrders()));
    }

    /// The next order, which is then held until it is settled.
    Optional<ConsumerRecord<byte[], byte[]>> next(Duration limit) {
        var records = consumer.poll(limit).iterator();
        if (!records.hasNext()) {
            return Optional.empty();
        }
        lentAt = clock.instant();
        held = records.next();
        return Optional.of(held);
    }

    /// Keeps the held order when a third of its lock is over.
    ///
    /// @return whether it was renewed now
    boolean renewWhenDue() {
        var lock =
                consumer.acquisitionLockTimeoutMs()
                        .map(Duration::ofMillis)
                        .orElse(LOCK_UNLESS_TOLD);
        if (held == null || clock.instant().isBefore(lentAt.plus(lock.dividedBy(3)))) {
            return false;
        }
        var renewed = held;
        consumer.acknowledge(renewed, AcknowledgeType.RENEW);
        held = null;
        lentAt = clock.instant();
        // A renewed record comes back from a poll; without it the next poll would throw.
        for (var tries = 0; tries < 5 && held == null; tries++) {
            next(Duration.ofSeconds(1));
        }
        if (held != null && held.offset() != renewed.offset()) {
            // Its lock had ended. This one waits for its turn.
            release();
        }
        return held != null;
    }

    /// Nobody else is to get it.
    boolean accept() {
        return settle(AcknowledgeType.ACCEPT);
    }

    /// Nobody can use it.
    boolean reject() {
        return settle(AcknowledgeType.REJECT);
    }

    /// Whoever asks next gets it.
    boolean release() {
        return settle(AcknowledgeType.RELEASE);
    }

    /// @return false when it was too late; then another launcher may hold it by now, and the log
    ///   decides between the two
    private boolean settle(AcknowledgeType type) {
        if (held == null) {
            return false;
        }
        consumer.acknowledge(held, type);
        held = null;
        return consumer.commitSync(Duration.ofSeconds(10)).values().stream()
                .allMatch(Optional::isEmpty);
    }

    @Override
    public void close() {
        try {
            consumer.close(Duration.ofSeconds(5));
        } catch (KafkaException _) {
            // Whatever it held is lent on when its lock ends.
        }
    }
}
