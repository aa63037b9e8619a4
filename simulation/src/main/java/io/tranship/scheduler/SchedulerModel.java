package io.tranship.scheduler;

import io.tranship.outbox.OutboxRecord;
import io.tranship.scheduler.DueTransfers.Failed;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.UuidV7;
import io.tranship.simulation.Facts;
import io.tranship.simulation.Network;
import io.tranship.simulation.Program;
import io.tranship.simulation.Reader;
import io.tranship.simulation.Relay;
import io.tranship.simulation.Topic.Entry;
import io.tranship.simulation.World;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The scheduler: its real sense of what is due and of what is open, over tables in memory.
public final class SchedulerModel {

    private static final Duration EVERY = Duration.ofSeconds(15);
    private static final int DEFAULT_MINUTES = 60;

    private final World world;
    private final Program program;
    private final Network network;
    private final Tables tables = new Tables();
    private final Reader log;
    private final Relay relay;
    private final Consumer<TransferRequest> onAsked;
    private boolean quiet;

    /// What survives.
    private static final class Tables implements Relay.Rows {
        private final Map<String, Row> schedule = new LinkedHashMap<>();
        private final Map<TransferId, OpenTransfer> open = new LinkedHashMap<>();
        private final Map<TransferId, Row> rowOf = new LinkedHashMap<>();
        private final Map<Long, OutboxRecord> outbox = new LinkedHashMap<>();
        private final Map<Integer, Long> positions = new HashMap<>();
        private long revision;
        private long ids;

        @Override
        public List<Relay.Row> unsent(int most) {
            return outbox.entrySet().stream()
                    .limit(most)
                    .map(row -> new Relay.Row(row.getKey(), row.getValue()))
                    .toList();
        }

        @Override
        public void delete(List<Long> ids) {
            ids.forEach(outbox::remove);
        }
    }

    private static final class Row {
        private final int frequencyMinutes;
        private final Map<String, OwedRefresh> owed = new TreeMap<>();
        private @Nullable Instant askedAt;
        private @Nullable TransferId open;
        private @Nullable Failed failed;

        Row(int frequencyMinutes) {
            this.frequencyMinutes = frequencyMinutes;
        }
    }

    /// @param onAsked hears of each request that is committed
    public SchedulerModel(Program program, Network network, Consumer<TransferRequest> onAsked) {
        this.world = program.world();
        this.program = program;
        this.network = network;
        this.onAsked = onAsked;
        program.onStart(() -> program.later(world.between(10, 1_000), this::tick));
        log = new Reader(program, network.transfers(), Duration.ofSeconds(1), this::read);
        relay = new Relay(program, tables, network::topic);
    }

    public Program program() {
        return program;
    }

    public Relay relay() {
        return relay;
    }

    public Reader log() {
        return log;
    }

    /// Asks for nothing any more.
    public void rest() {
        quiet = true;
    }

    /// A save of the catalog: records with a risen revision, in its order.
    public void save(CatalogRecord saved) {
        tables.revision = Math.max(tables.revision, saved.revision());
        if (saved instanceof CatalogRecord.Destination destination) {
            tables.schedule.computeIfAbsent(
                    destination.id(), _ -> new Row(destination.frequencyMinutes()));
        }
        publish(network.catalog().name(), saved.key(), CatalogCodec.encode(saved));
    }

    public long revision() {
        return tables.revision;
    }

    private void publish(String topic, String key, byte[] value) {
        tables.outbox.put(tables.ids++, new OutboxRecord(topic, key, value, Facts.HEADERS));
        relay.poke();
    }

    private void tick() {
        program.later(EVERY, this::tick);
        if (quiet) {
            return;
        }
        program.danger("before the commit of a due tick");
        var now = world.instant();
        tables.schedule.forEach((destination, row) -> {
            var due =
                    DueTransfers.due(
                            now,
                            DEFAULT_MINUTES,
                            new DueTransfers.Scheduled(
                                    destination,
                                    true,
                                    row.frequencyMinutes,
                                    World.BEGIN,
                                    row.askedAt,
                                    row.open != null,
                                    row.failed,
                                    List.copyOf(row.owed.values())));
            due.ifPresent(point -> ask(point, row, now));
        });
        program.danger("after the commit of a due tick");
    }

    private void ask(DueTransfers.Due due, Row row, Instant now) {
        var isOwed = due.why() == DueTransfers.Why.OWED;
        var ask = isOwed ? TransferAsk.refresh(due.consent()) : TransferAsk.PLAIN;
        var request =
                ask.request(
                        new TransferId(UuidV7.draw(now, world.random())),
                        due.destination(),
                        due.refresh(),
                        Actor.SCHEDULE,
                        tables.revision);
        row.askedAt = isOwed ? row.askedAt : now;
        row.open = request.transferId();
        follow(request.transferId(), row);
        world.tell(
                "scheduler asks %s for %s: %s", request.transferId(), due.destination(), due.why());
        onAsked.accept(request);
        publish(network.requests().name(), due.destination(), RequestCodec.encode(request));
    }

    private void follow(TransferId id, Row row) {
        tables.open.put(id, OpenTransfer.UNKNOWN);
        tables.rowOf.put(id, row);
    }

    private void read(List<Entry> entries) {
        program.danger("before the commit of a scheduler's batch");
        for (var entry : entries) {
            try {
                read(FactCodec.decode(Objects.requireNonNull(entry.value())), entry);
            } catch (UndecodableException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// A batch that was read before a crash and not committed in Kafka comes again: the guard.
    private void read(TransferFact fact, Entry entry) {
        if (entry.offset() < tables.positions.getOrDefault(entry.partition(), 0L)) {
            return;
        }
        tables.positions.put(entry.partition(), entry.offset() + 1);
        var id = fact.transferId();
        if (fact instanceof Requested requested
                && requested.request().fullRefresh()
                && !tables.open.containsKey(id)) {
            var row = tables.schedule.get(requested.request().destination());
            if (row != null) {
                follow(id, row);
            }
        }
        var known = tables.open.get(id);
        if (known == null) {
            return;
        }
        var after = known.after(fact);
        tables.open.put(id, after);
        if (after.hasEnded()) {
            tables.open.remove(id);
            ended(id, Objects.requireNonNull(tables.rowOf.remove(id)), after.outcome(), entry);
        }
    }

    /// As the tables of the service are updated at an end.
    private static void ended(TransferId id, Row row, OpenTransfer.Outcome outcome, Entry entry) {
        var at = entry.appendedAt();
        var hasFailed = outcome.verdict() == OpenTransfer.Verdict.FAILED;
        if (outcome.fullRefresh()) {
            outcome.arrived().forEach(row.owed::remove);
            for (var model : outcome.missing()) {
                if (hasFailed) {
                    var before = row.owed.get(model);
                    var times = before == null ? 1 : before.failed().times() + 1;
                    row.owed.put(
                            model,
                            new OwedRefresh(model, outcome.consent(), new Failed(times, at)));
                } else {
                    row.owed.remove(model);
                }
            }
        }
        if (id.equals(row.open)) {
            row.open = null;
            if (!outcome.fullRefresh()) {
                var times = row.failed == null ? 1 : row.failed.times() + 1;
                row.failed = hasFailed ? new Failed(times, at) : null;
            }
        }
    }

    /// Nothing is left to send, and no transfer counts as open.
    public boolean isQuiet() {
        return tables.outbox.isEmpty() && tables.open.isEmpty();
    }
}
