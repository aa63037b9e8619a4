package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Kafka;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Target;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Plays dispatch: gives out one order at a time, and follows it in the log to its end.
final class Dispatcher implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final String COPIES =
            "select count(*), coalesce(max(tuples_processed), 0) from pg_stat_progress_copy";

    private final DataStand stand;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Dispatcher(DataStand stand) {
        this.stand = stand;
        this.producer = Kafka.producer(stand.bootstrap(), 0);
        this.consumer = Kafka.consumer(stand.bootstrap());
        var partitions =
                Stream.of(stand.topics().transfers(), stand.topics().telemetry())
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(each -> new TopicPartition(each.topic(), each.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /// What is known of the transfer under way.
    private static final class Known {
        private final RunnerWatch runner = new RunnerWatch();
        private long started;
        private long firstRow;
        private int sessionsMost;
        private @Nullable ModelResult result;
        private @Nullable Finished end;
        private long ended;
    }

    /// @param sessions whether to count COPYs all the time, which costs a little, and not only
    ///   until the first row
    Ordered run(WorkOrder order, boolean sessions) throws SQLException, UndecodableException {
        var known = new Known();
        try (var destination = stand.destination()) {
            consumer.poll(Duration.ZERO);
            var control = stand.controlSeconds();
            var meter = Meter.begin(stand, known.runner::seconds);
            var ordered = System.currentTimeMillis();
            say(order);
            var limit = ordered + LIMIT.toMillis();
            while (known.end == null) {
                for (var record : consumer.poll(LOOK)) {
                    hear(order, record, known);
                }
                known.runner.look();
                if (sessions || known.firstRow == 0) {
                    look(destination, known);
                }
                if (System.currentTimeMillis() > limit) {
                    throw new IllegalStateException(
                            "transfer %s has no end in the log after %s"
                                    .formatted(order.transferId(), LIMIT));
                }
            }
            var taken = meter.end((known.ended - ordered) / 1_000.0, known.runner.peakMegabytes());
            return new Ordered(
                    result(order, known),
                    taken,
                    ordered,
                    known.started,
                    known.firstRow,
                    known.ended,
                    stand.controlSeconds() - control - taken.client(),
                    known.sessionsMost);
        }
    }

    private void say(WorkOrder order) {
        var key = order.transferId().toString();
        var dispatched =
                new Dispatched(
                        order.transferId(),
                        order.epoch(),
                        new Target(
                                order.destination().id(),
                                order.destination().name(),
                                order.recipient().id(),
                                List.of(),
                                List.of("invoices")),
                        List.of(new ModelRevision("invoices", 1)),
                        order.startBy());
        Kafka.send(
                producer, Kafka.of(stand.topics().transfers(), key, FactCodec.encode(dispatched)));
        Kafka.send(
                producer, Kafka.of(stand.topics().workOrders(), key, WorkOrderCodec.encode(order)));
        producer.flush();
    }

    private void hear(WorkOrder order, ConsumerRecord<byte[], byte[]> record, Known known)
            throws UndecodableException {
        if (record.topic().equals(stand.topics().telemetry())) {
            if (TelemetryCodec.decode(record.value()) instanceof Heartbeat beat
                    && beat.transferId().equals(order.transferId())
                    && beat.pid() != 0) {
                known.runner.begin(beat.pid());
            }
            return;
        }
        var fact = FactCodec.decode(record.value());
        if (!fact.transferId().equals(order.transferId())) {
            return;
        }
        switch (fact) {
            case Started _ -> known.started = record.timestamp();
            case ModelFinished(var _, var _, var _, var result) -> known.result = result;
            case Finished finished -> {
                known.end = finished;
                known.ended = record.timestamp();
            }
            default -> {}
        }
    }

    private static void look(Connection destination, Known known) throws SQLException {
        try (var statement = destination.createStatement();
                var rows = statement.executeQuery(COPIES)) {
            rows.next();
            known.sessionsMost = Math.max(known.sessionsMost, rows.getInt(1));
            if (known.firstRow == 0 && rows.getLong(2) > 0) {
                known.firstRow = System.currentTimeMillis();
            }
        }
    }

    private static ModelResult result(WorkOrder order, Known known) {
        var result = known.result;
        var compares = order.request().kind() == TransferKind.INTEGRITY;
        if (result == null || !(compares || result.isProven())) {
            throw new IllegalStateException(
                    "transfer %s did not arrive: %s, %s"
                            .formatted(order.transferId(), result, known.end));
        }
        return result;
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
