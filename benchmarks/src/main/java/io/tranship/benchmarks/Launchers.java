package io.tranship.benchmarks;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Plays all launchers and runners of a fleet: takes every work order, and says that its run has
/// started and ended, at once or when told.
final class Launchers implements AutoCloseable {

    /// More than ever runs.
    private static final int ROOM = 100_000;

    private static final Duration BEAT = Duration.ofSeconds(5);

    /// @param takenAt by `System.nanoTime`
    record Taken(TransferId transferId, long epoch, String destination, long takenAt) {}

    private final String bootstrap;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Taken> held = new ConcurrentHashMap<>();
    private final Map<TransferId, Long> takenAt = new ConcurrentHashMap<>();
    private final AtomicLong taken = new AtomicLong();
    private final Thread orders;
    private final Thread beats;
    private volatile boolean closed;
    private volatile boolean answering;
    private volatile boolean remembering;

    Launchers(String bootstrap, Topics topics) {
        this.bootstrap = bootstrap;
        this.topics = topics;
        this.producer = Kafka.producer(bootstrap, 1);
        this.orders = Thread.ofPlatform().daemon().name("orders").start(this::take);
        this.beats = Thread.ofPlatform().daemon().name("beats").start(this::beat);
    }

    /// Whether a run ends as soon as it is ordered; else it is held.
    void answer(boolean atOnce) {
        answering = atOnce;
    }

    /// Whether to keep for each transfer when its order came.
    void remember(boolean times) {
        takenAt.clear();
        remembering = times;
    }

    Map<TransferId, Long> takenAt() {
        return takenAt;
    }

    long taken() {
        return taken.get();
    }

    Collection<Taken> held() {
        return held.values();
    }

    /// Of those that run and are held, the longest held, as many as asked for: so each destination
    /// has its turn.
    List<Taken> someHeld(int most) {
        return held.values().stream()
                .sorted(Comparator.comparingLong(Taken::takenAt))
                .limit(most)
                .toList();
    }

    void finish(Collection<Taken> runs) {
        runs.forEach(run -> held.remove(run.destination(), run));
        var facts = new ArrayList<ProducerRecord<byte[], byte[]>>();
        runs.forEach(run -> facts.addAll(facts(run)));
        facts.forEach(each -> Kafka.send(producer, each));
        producer.flush();
    }

    private List<ProducerRecord<byte[], byte[]>> facts(Taken run) {
        var id = run.transferId();
        var runId = new RunId(UUID.randomUUID());
        return List.of(
                record(new TransferFact.Started(id, run.epoch(), runId, "bench", "bench")),
                record(new TransferFact.Finished(id, run.epoch(), runId, RunEnd.COMPLETED, null)));
    }

    private ProducerRecord<byte[], byte[]> record(TransferFact fact) {
        return Kafka.of(topics.transfers(), fact.transferId().toString(), FactCodec.encode(fact));
    }

    private void take() {
        try (var consumer = Kafka.consumer(bootstrap)) {
            var partition = new TopicPartition(topics.workOrders(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (!closed) {
                for (var each : consumer.poll(Duration.ofMillis(100))) {
                    var order = WorkOrderCodec.decode(each.value());
                    taken(
                            new Taken(
                                    order.transferId(),
                                    order.epoch(),
                                    order.destination().id(),
                                    System.nanoTime()));
                }
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException("a work order cannot be read", e);
        }
    }

    private void taken(Taken run) {
        if (remembering) {
            takenAt.putIfAbsent(run.transferId(), run.takenAt());
        }
        if (answering) {
            facts(run).forEach(each -> Kafka.send(producer, each));
        } else {
            held.put(run.destination(), run);
        }
        taken.incrementAndGet();
    }

    private void beat() {
        try {
            while (!closed) {
                var room = new LauncherRoom("bench", "bench", ROOM, 0);
                Kafka.send(
                        producer,
                        Kafka.of(topics.telemetry(), "bench", TelemetryCodec.encode(room)));
                Thread.sleep(BEAT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        beats.interrupt();
        try {
            orders.join();
            beats.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
