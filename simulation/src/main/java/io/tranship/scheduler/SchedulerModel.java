package io.tranship.scheduler;

import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        private final Map<Long, OutboxRecord> outbox = new LinkedHashMap<>();
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
        private @Nullable Instant askedAt;
        private @Nullable TransferId open;

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
                                    row.open != null));
            if (due.isPresent()) {
                ask(destination, row, now);
            }
        });
        program.danger("after the commit of a due tick");
    }

    private void ask(String destination, Row row, Instant now) {
        var request =
                TransferAsk.PLAIN.request(
                        new TransferId(UuidV7.draw(now, world.random())),
                        destination,
                        List.of(),
                        Actor.SCHEDULE,
                        tables.revision);
        row.askedAt = now;
        row.open = request.transferId();
        tables.open.put(request.transferId(), OpenTransfer.UNKNOWN);
        onAsked.accept(request);
        publish(network.requests().name(), destination, RequestCodec.encode(request));
    }

    private void read(List<Entry> entries) {
        program.danger("before the commit of a scheduler's batch");
        for (var entry : entries) {
            try {
                var fact = FactCodec.decode(Objects.requireNonNull(entry.value()));
                tables.open.computeIfPresent(fact.transferId(), (_, known) -> known.after(fact));
            } catch (UndecodableException e) {
                throw new IllegalStateException(e);
            }
        }
        var ended = new ArrayList<TransferId>();
        tables.open.forEach((id, known) -> {
            if (known.hasEnded()) {
                ended.add(id);
            }
        });
        for (var id : ended) {
            tables.open.remove(id);
            tables.schedule.values().stream()
                    .filter(row -> id.equals(row.open))
                    .forEach(row -> row.open = null);
        }
    }

    /// Nothing is left to send, and no transfer counts as open.
    public boolean isQuiet() {
        return tables.outbox.isEmpty() && tables.open.isEmpty();
    }
}
