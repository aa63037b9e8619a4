package io.tranship.status;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import io.tranship.schemas.UndecodableException;
import io.tranship.simulation.Network;
import io.tranship.simulation.Program;
import io.tranship.simulation.Reader;
import io.tranship.simulation.Relay;
import io.tranship.simulation.Settings;
import io.tranship.simulation.Topic;
import io.tranship.simulation.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The status service: its real fold and its real sweep over tables in memory.
///
/// What it has committed is in `Tables`; what it only knows is lost with a crash.
public final class StatusModel {

    private static final StatusConfig CONFIG =
            new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .withSources(
                            new PropertiesConfigSource(Settings.properties(), "simulation", 500))
                    .withMapping(StatusConfig.class)
                    .withMappingIgnore("tranship.**")
                    .build()
                    .getConfigMapping(StatusConfig.class);

    private final World world;
    private final Program program;
    private final Network network;
    private final Tables tables = new Tables();
    private final FactPublisher facts;
    private final Reader log;
    private final Reader telemetry;
    private final Relay relay;
    private final BiConsumer<Folded, Folded> onFold;
    private final BiConsumer<TransferFact, Instant> onSaid;
    private SweepLoop sweep;

    /// What survives.
    final class Tables implements Relay.Rows {
        final Map<TransferId, Kept> transfers = new LinkedHashMap<>();
        final Map<LogEnds.Partition, Long> positions = new HashMap<>();
        private final Map<Long, OutboxRecord> outbox = new LinkedHashMap<>();
        private long ids;

        void add(TransferFact fact) {
            outbox.put(ids++, facts.outboxRecord(fact));
        }

        boolean isEmpty() {
            return outbox.isEmpty();
        }

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

    /// One transfer: its log and what is known beside it.
    static final class Kept {
        final List<TransferLog.Entry> log = new ArrayList<>();
        final List<String> superseded = new ArrayList<>();
        final Map<Heard.Of, Instant> beats = new HashMap<>();
        TransferRecord record;
        @Nullable Instant sweptAt;
        @Nullable Instant cancelAskedAt;
        @Nullable Instant cancelledAt;

        Kept(TransferRecord record) {
            this.record = record;
        }
    }

    /// A record at one moment, for those who watch.
    public record Folded(TransferId id, TransferStatus status, String json) {

        static Folded of(TransferRecord record) {
            return new Folded(record.id(), record.status(), RowCodec.write(Transfer.of(record)));
        }
    }

    /// @param onFold hears of each record before and after a fact
    /// @param onSaid hears of each fact that a sweep commits, and as of when it judged
    @SuppressWarnings("NullAway") // set by the first start
    public StatusModel(
            Program program,
            Network network,
            BiConsumer<Folded, Folded> onFold,
            BiConsumer<TransferFact, Instant> onSaid) {
        this.world = program.world();
        this.program = program;
        this.network = network;
        this.onFold = onFold;
        this.onSaid = onSaid;
        facts = new FactPublisher(CONFIG, world, new SplittableRandom(world.random().nextLong()));
        program.onStart(this::begin);
        var slowest = Duration.ofMillis(400);
        log =
                new Reader(
                        program,
                        network.transfers(),
                        slowest,
                        entries -> fold(Network.consumed(network.transfers(), entries)));
        telemetry =
                new Reader(
                        program,
                        network.telemetry(),
                        slowest,
                        entries -> hear(Network.consumed(network.telemetry(), entries)));
        relay = new Relay(program, tables, network::topic);
    }

    public Program program() {
        return program;
    }

    public Relay relay() {
        return relay;
    }

    public List<Reader> readers() {
        return List.of(log, telemetry);
    }

    private void begin() {
        sweep = SweepDoubles.loop(CONFIG, facts, this);
        program.later(CONFIG.sweep().every(), this::sweep);
    }

    World world() {
        return world;
    }

    Tables tables() {
        return tables;
    }

    Network network() {
        return network;
    }

    private void sweep() {
        program.later(CONFIG.sweep().every(), this::sweep);
        try {
            var outcome = sweep.tick(world.instant());
            if (outcome != SweepOutcome.SWEPT) {
                world.tell("sweep: %s", outcome);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        relay.poke();
    }

    /// Waits as the sweep does: reads what is there, unless it cannot.
    void catchUp() {
        log.readOn();
        telemetry.readOn();
    }

    /// A sweep's transaction.
    void commit(List<TransferFact> said, Instant judgedAt) {
        program.danger("before the commit of a sweep");
        for (var fact : said) {
            world.tell("the sweep says %s of %s", kind(fact), fact.transferId());
            kept(fact.transferId()).sweptAt = world.instant();
            tables.add(fact);
            onSaid.accept(fact, judgedAt);
        }
        program.danger("after the commit of a sweep");
    }

    private Kept kept(TransferId id) {
        return Objects.requireNonNull(tables.transfers.get(id));
    }

    private void fold(List<InboxRecord> records) {
        program.danger("before the commit of a fold");
        for (var consumed : records) {
            if (isFresh(network.transfers(), consumed)) {
                try {
                    add(ArrivalCodec.decode(consumed));
                } catch (UndecodableException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        program.danger("after the commit of a fold");
    }

    private boolean isFresh(Topic topic, InboxRecord consumed) {
        var place = new LogEnds.Partition(topic.name(), consumed.partition());
        if (consumed.offset() < tables.positions.getOrDefault(place, 0L)) {
            return false;
        }
        tables.positions.put(place, consumed.offset() + 1);
        return true;
    }

    /// As the service does: from the facts that decide, by the digests that are known.
    private void add(Arrival arrival) {
        var fact = arrival.logged().fact();
        var id = fact.transferId();
        var seenAt = arrival.logged().appendedAt();
        var kept =
                tables.transfers.computeIfAbsent(
                        id, _ -> new Kept(TransferRecord.unknown(id, seenAt)));
        if (kept.log.isEmpty()) {
            kept.record = TransferRecord.unknown(id, seenAt);
        }
        var before = Folded.of(kept.record);
        var transferLog =
                new TransferLog(
                        id,
                        kept.record.seenAt(),
                        kept.log.stream()
                                .filter(TransferLog.Entry::decides)
                                .filter(entry -> !kept.superseded.contains(entry.digest()))
                                .map(entry -> new TransferLog.Kept(entry.digest(), entry.logged()))
                                .toList(),
                        kept.log.stream().map(TransferLog.Entry::digest).toList());
        transferLog.add(arrival.digest(), arrival.logged());
        kept.log.addAll(transferLog.added());
        kept.superseded.addAll(transferLog.superseded());
        kept.record = transferLog.record();
        if (fact instanceof CancelRequested && kept.cancelledAt == null) {
            kept.cancelledAt = seenAt;
        }
        var after = Folded.of(kept.record);
        world.tell("%s: %s, now %s", id, kind(fact), after.status());
        onFold.accept(before, after);
        if (after.status().isFinal()) {
            kept.beats.clear();
        }
    }

    private static String kind(TransferFact fact) {
        return fact.getClass().getSimpleName();
    }

    private void hear(List<InboxRecord> records) {
        program.danger("before the commit of beats");
        var heard = new Heard();
        for (var consumed : records) {
            if (isFresh(network.telemetry(), consumed)) {
                try {
                    heard.add(
                            TelemetryCodec.decode(Objects.requireNonNull(consumed.value())),
                            consumed.timestamp());
                } catch (UndecodableException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        heard.beats()
                .forEach((of, beat) -> {
                    var kept =
                            tables.transfers.computeIfAbsent(
                                    of.transfer(),
                                    id -> new Kept(TransferRecord.unknown(id, beat.beatAt())));
                    if (!kept.record.isOver()) {
                        kept.beats.merge(of, beat.beatAt(), (a, b) -> a.isAfter(b) ? a : b);
                    }
                });
        program.danger("after the commit of beats");
    }

    /// What the API does with a user's wish.
    ///
    /// @return whether it was taken
    public boolean cancel(TransferId id) {
        var kept = tables.transfers.get(id);
        if (kept == null || kept.log.isEmpty() || kept.record.isOver()) {
            return false;
        }
        var asked = kept.cancelAskedAt;
        if (asked == null || asked.plusSeconds(10).isBefore(world.instant())) {
            kept.cancelAskedAt = world.instant();
            world.tell("a user cancels %s", id);
            tables.add(new CancelRequested(id, new Actor("user", "somebody")));
            relay.poke();
        }
        return true;
    }

    /// Those that are not over, as far as this service knows.
    public List<TransferId> open() {
        return tables.transfers.entrySet().stream()
                .filter(entry -> !entry.getValue().log.isEmpty())
                .filter(entry -> !entry.getValue().record.isOver())
                .map(Map.Entry::getKey)
                .toList();
    }

    public @Nullable TransferStatus status(TransferId id) {
        var kept = tables.transfers.get(id);
        return kept == null || kept.log.isEmpty() ? null : kept.record.status();
    }

    public boolean isQuiet() {
        return tables.isEmpty() && log.isAtEnd();
    }

    /// Every record made anew from any prefix of its facts, with facts told twice: the same bytes.
    public void refold() {
        tables.transfers.forEach((id, kept) -> {
            if (!kept.log.isEmpty()) {
                Refold.check(world, id, kept.log, kept.record);
            }
        });
    }
}
