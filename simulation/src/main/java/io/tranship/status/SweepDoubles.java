package io.tranship.status;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.DirectOutbox;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferStatus;
import io.tranship.simulation.Facts;
import io.tranship.simulation.Topic;
import io.tranship.status.StatusModel.Kept;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/// The real sweep loop over the model's tables and topics: only its edges are replaced.
final class SweepDoubles {

    private SweepDoubles() {}

    static SweepLoop loop(StatusConfig config, FactPublisher facts, StatusModel model) {
        var loop =
                new SweepLoop(
                        config,
                        new Beats(config, model),
                        new Ends(config, model),
                        new Store(facts, model),
                        new NoBeats(),
                        new Transactions(),
                        new StatusMetrics(new SimpleMeterRegistry()),
                        model.world());
        // So it never sleeps: whether it is caught up is known at once.
        try {
            loop.onStop(new ShutdownEvent());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return loop;
    }

    private static final class Beats extends OwnBeatPublisher {
        private final StatusModel model;
        private final byte[] value =
                TelemetryCodec.encode(
                        new Telemetry.Heartbeat(
                                Heard.NOBODY, 0, new RunId(new UUID(0, 0)), "status", "", 0));

        Beats(StatusConfig config, StatusModel model) {
            super(Map.of(), config);
            this.model = model;
        }

        @Override
        synchronized Instant beat() throws TimeoutException {
            if (model.relay().link().isBroken()) {
                throw new TimeoutException("the broker is away");
            }
            var telemetry = model.network().telemetry();
            var at = Instant.MIN;
            for (var partition = 0; partition < telemetry.partitions(); partition++) {
                at =
                        telemetry
                                .append(partition, Heard.NOBODY.toString(), value, Facts.HEADERS)
                                .appendedAt();
            }
            return at;
        }
    }

    private static final class Ends extends LogEndStore {
        private final StatusModel model;

        Ends(StatusConfig config, StatusModel model) {
            super(Map.of("bootstrap.servers", "127.0.0.1:1"), config);
            this.model = model;
            onStop(new ShutdownEvent());
        }

        @Override
        LogEnds ends() {
            var spans = new HashMap<LogEnds.Partition, LogEnds.Span>();
            add(spans, model.network().transfers());
            add(spans, model.network().telemetry());
            return new LogEnds(spans);
        }

        private static void add(Map<LogEnds.Partition, LogEnds.Span> spans, Topic topic) {
            for (var partition = 0; partition < topic.partitions(); partition++) {
                spans.put(
                        new LogEnds.Partition(topic.name(), partition),
                        new LogEnds.Span(0, topic.end(partition)));
            }
        }
    }

    private static final class NoBeats extends BeatStore {
        @Override
        Uni<Void> forget(Mutiny.StatelessSession session, Duration kept) {
            return Uni.createFrom().voidItem();
        }
    }

    private static final class Store extends SweepStore {
        private final StatusModel model;

        @SuppressWarnings("NullAway") // what the parent asks, this one knows
        Store(FactPublisher facts, StatusModel model) {
            super(null, null, facts);
            this.model = model;
        }

        @Override
        Uni<Map<LogEnds.Partition, Long>> positions() {
            return Uni.createFrom()
                    .item(() -> {
                        model.catchUp();
                        return Map.copyOf(model.tables().positions);
                    });
        }

        @Override
        Uni<Boolean> lock(Mutiny.StatelessSession session) {
            return Uni.createFrom().item(true);
        }

        /// All that are open: who of them is late is the core's to say.
        @Override
        Uni<List<OpenTransfer>> overdue(Mutiny.StatelessSession session, Since since) {
            var open = new ArrayList<OpenTransfer>();
            for (var kept : model.tables().transfers.values()) {
                var said = kept.sweptAt;
                if (!kept.log.isEmpty()
                        && !kept.record.isOver()
                        && (said == null
                                || said.isBefore(since.now().minus(since.sayAgainAfter())))) {
                    open.add(open(kept));
                }
            }
            return Uni.createFrom().item(open);
        }

        private static OpenTransfer open(Kept kept) {
            var record = kept.record;
            var requested = record.requested();
            var dispatched = record.state().dispatched();
            var started = record.state().started();
            var heardAt = record.startedAt();
            if (started != null) {
                var beat = kept.beats.get(new Heard.Of(record.id(), started.run()));
                heardAt = beat != null && beat.isAfter(heardAt) ? beat : heardAt;
            }
            return new OpenTransfer(
                    record.id(),
                    record.seenAt(),
                    requested == null ? null : requested.expiresAt(),
                    dispatched == null ? null : dispatched.epoch(),
                    dispatched == null ? null : dispatched.startBy(),
                    heardAt,
                    record.startedAt(),
                    kept.cancelledAt);
        }

        @Override
        Uni<Void> say(Mutiny.StatelessSession session, List<TransferFact> said) {
            return Uni.createFrom()
                    .voidItem()
                    .invoke(() -> model.commit(said, model.world().instant()));
        }

        @Override
        Uni<Map<TransferStatus, Long>> open(Mutiny.StatelessSession session) {
            return Uni.createFrom().item(Map.of());
        }
    }

    private static final class Transactions extends DirectOutbox {

        @SuppressWarnings("NullAway") // tables in memory
        Transactions() {
            super(null, () -> {});
        }

        @Override
        @SuppressWarnings("NullAway")
        public <T> Uni<T> inTransaction(Function<Mutiny.StatelessSession, Uni<T>> work) {
            return Uni.createFrom().deferred(() -> work.apply(null));
        }
    }
}
