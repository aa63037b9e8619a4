package io.tranship.worker.launch;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads the whole log, from far enough back that nothing about an open order is missed, without a
/// group: every launcher sees every fact.
final class LogTailConsumer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LogTailConsumer.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final LauncherSettings settings;
    private final Admin admin;
    private final InstantSource clock;
    private final LaunchMetrics metrics;
    private final LogMemory memory;
    private final BiConsumer<TransferId, TransferState> own;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile Instant heardAt;

    /// @param own hears of each change to a transfer that is kept
    LogTailConsumer(
            LauncherSettings settings,
            Admin admin,
            InstantSource clock,
            LaunchMetrics metrics,
            BiConsumer<TransferId, TransferState> own) {
        this.settings = settings;
        this.admin = admin;
        this.clock = clock;
        this.metrics = metrics;
        this.own = own;
        this.heardAt = clock.instant();
        this.memory =
                new LogMemory(
                        settings.times().horizon(),
                        settings.times().finalsKept(),
                        settings.transfersMax());
        this.thread = Thread.ofPlatform().name("tail").daemon().unstarted(this::run);
        metrics.gauge("tranship.tail.transfers", this::size);
        metrics.gauge("tranship.tail.bound.hits", this::boundHits);
    }

    void start() {
        thread.start();
    }

    synchronized TransferState state(TransferId id) {
        return memory.of(id);
    }

    /// From now on [#own] hears of it, and it is not forgotten.
    synchronized void keep(TransferId id) {
        memory.keep(id);
    }

    synchronized void release(TransferId id) {
        memory.release(id);
    }

    synchronized boolean hasPassed(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> {
                    var position = positions.get(end.getKey());
                    return position != null && position >= end.getValue();
                });
    }

    /// Waits for `condition`, which is looked at after every batch.
    synchronized boolean await(BooleanSupplier condition, Duration limit)
            throws InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            var left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /// Where the log ends now.
    ///
    /// @throws KafkaException when the broker does not say so in time
    Map<TopicPartition, Long> ends() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked;
        synchronized (this) {
            asked =
                    positions.keySet().stream()
                            .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()));
        }
        if (asked.isEmpty()) {
            throw new KafkaException("the log is not read yet");
        }
        try {
            return admin.listOffsets(asked).all().get(5, TimeUnit.SECONDS).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the log's end is not known", e);
        }
    }

    /// When it last heard from the broker.
    Instant heardAt() {
        return heardAt;
    }

    private synchronized int size() {
        return memory.size();
    }

    private synchronized long boundHits() {
        return memory.boundHits();
    }

    private void run() {
        while (!closed) {
            try (var reading = open()) {
                consumer = reading;
                assign(reading);
                while (!closed) {
                    read(reading);
                }
            } catch (WakeupException _) {
                // It is being closed.
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "event=tail_failed retried=true", e);
                pause();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> open() {
        var config = new HashMap<String, Object>(settings.kafka());
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.launcher() + "-tail");
        config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Goes on where it was, or begins the horizon ago.
    private void assign(KafkaConsumer<byte[], byte[]> reading) {
        var partitions =
                reading.partitionsFor(settings.topics().transfers()).stream()
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(
                    "topic %s is missing; whoever runs the fleet makes the topics"
                            .formatted(settings.topics().transfers()));
        }
        reading.assign(partitions);
        Map<TopicPartition, Long> known;
        synchronized (this) {
            known = Map.copyOf(positions);
        }
        var from = known.isEmpty() ? beginnings(reading, partitions) : known;
        from.forEach(reading::seek);
        synchronized (this) {
            positions.putAll(from);
            notifyAll();
        }
    }

    private Map<TopicPartition, Long> beginnings(
            KafkaConsumer<byte[], byte[]> reading, List<TopicPartition> partitions) {
        var since = clock.instant().minus(settings.times().horizon()).toEpochMilli();
        var ends = reading.endOffsets(partitions);
        var first =
                reading.offsetsForTimes(
                        partitions.stream().collect(Collectors.toMap(p -> p, _ -> since)));
        var from = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            var found = first.get(partition);
            from.put(partition, found == null ? ends.get(partition) : found.offset());
        }
        return from;
    }

    private void read(KafkaConsumer<byte[], byte[]> reading) {
        var records = reading.poll(Duration.ofMillis(500));
        heardAt = clock.instant();
        if (records.isEmpty()) {
            return;
        }
        synchronized (this) {
            records.forEach(this::hear);
            for (var partition : records.partitions()) {
                positions.put(partition, reading.position(partition));
            }
            notifyAll();
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> sent) {
        try {
            var fact = FactCodec.decode(sent.value());
            if (memory.hear(fact, Instant.ofEpochMilli(sent.timestamp()))
                    && memory.isKept(fact.transferId())) {
                own.accept(fact.transferId(), memory.of(fact.transferId()));
            }
        } catch (UndecodableException _) {
            // Those who own state bury it; here it decides nothing.
            metrics.undecodable("transfers");
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
