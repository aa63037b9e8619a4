package io.tranship.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.tranship.dispatch.Ledger;
import io.tranship.outbox.DirectOutbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The ledger's SQL beside a small model of it: whatever is done to both, in any order, after each
/// step they hold the same.
///
/// Whom a tick chooses is the core's to say; that it fits, that nobody who could run is left, and
/// that the tables say so is checked here.
class LedgerModelTest {

    private static final int STEPS = 60;

    private static Database database;

    @BeforeAll
    static void aDatabase() {
        database = Tables.make();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /// What the model knows of one transfer.
    private sealed interface State {
        record Waits(TransferKind kind) implements State {}

        /// @param run of the first Started that was read
        /// @param logged its dispatch, or what can only follow it, was read
        record Runs(long epoch, boolean logged, @Nullable RunId run) implements State {}

        record IsOver() implements State {}
    }

    @SeededTest(tries = 6)
    void theTablesHoldWhatTheModelHolds(RandomGenerator random) {
        Tables.empty(database);
        new Try(new World(new Random(random.nextLong()))).run();
    }

    private static final class Try {
        private final World world;
        private final Network network;
        private final Vendor vendor;
        private final LedgerWatch watch;
        private final DirectOutbox outbox = new DirectOutbox(database, () -> {});
        private Ledger ledger;
        private final Map<TransferId, State> model =
                new TreeMap<>(Comparator.comparing(TransferId::value));
        private final List<TransferRequest> requests = new ArrayList<>();
        private final List<TransferFact> facts = new ArrayList<>();
        private final Map<TransferId, Long> turns = new HashMap<>();
        private long offsets;

        Try(World world) {
            this.world = world;
            network = new Network(world);
            vendor = new Vendor(world);
            watch = new LedgerWatch(world, database, network);
            ledger = new Ledger(outbox, world);
        }

        void run() {
            vendor.records().forEach(this::save);
            room();
            for (var step = 0; step < STEPS; step++) {
                world.in(world.between(0, 20_000), this::step);
                assertThat(world.turn(Instant.MAX)).isTrue();
                agree();
            }
        }

        private void step() {
            switch (world.below(12)) {
                case 0, 1, 2 -> ask();
                case 3, 4, 5 -> settle();
                case 6, 7, 8 -> hear();
                case 9 -> save(vendor.change());
                case 10 -> ledger = new Ledger(outbox, world);
                default -> room();
            }
        }

        private void ask() {
            var batch = new ArrayList<TransferRequest>();
            for (var i = 0; i < 1 + world.below(5); i++) {
                batch.add(!requests.isEmpty() && world.chance(0.2) ? world.any(requests) : fresh());
            }
            requests.addAll(batch);
            commit(
                    network.requests(),
                    batch.stream().map(RequestCodec::encode).toList(),
                    (s, r) -> ledger.takeIn(s, r).replaceWith(true));
            var news = new ArrayList<TransferId>();
            for (var request : batch) {
                if (!model.containsKey(request.transferId())) {
                    model.put(request.transferId(), new State.Waits(request.kind()));
                    news.add(request.transferId());
                }
            }
            assertThat(said(TransferFact.Requested.class))
                    .extracting(TransferFact::transferId)
                    .containsExactlyElementsOf(news);
        }

        private TransferRequest fresh() {
            var models = new ArrayList<String>();
            if (world.chance(0.5)) {
                models.add(world.any(vendor.models()));
            }
            return new TransferRequest(
                    new TransferId(world.drawId()),
                    world.any(vendor.destinations()),
                    models,
                    world.any(List.of(TransferKind.values())),
                    false,
                    null,
                    null,
                    false,
                    false,
                    false,
                    Actor.SCHEDULE,
                    Map.of(),
                    0);
        }

        private void settle() {
            database.execute("delete from outbox");
            for (var i = 0; ; i++) {
                assertThat(i).as("ticks in a row").isLessThan(100);
                var ticked = ledger.tick(world.instant());
                watch.fleetHas(ticked.fleetRoom());
                watch.dispatched(ticked.dispatched());
                for (var dispatched : ticked.dispatched()) {
                    assertThat(model.get(dispatched.transferId())).isInstanceOf(State.Waits.class);
                    model.put(
                            dispatched.transferId(),
                            new State.Runs(dispatched.epoch(), false, null));
                    facts.add(dispatched);
                }
                if (!ticked.readsMore()) {
                    break;
                }
            }
            assertThat(ledger.sleepers(world.instant())).as("sleep beside free slots").isEmpty();
            for (var blocked : said(TransferFact.Blocked.class)) {
                var before = turns.put(blocked.transferId(), blocked.turn());
                assertThat(blocked.turn()).isGreaterThan(before == null ? 0 : before);
            }
        }

        private void hear() {
            var batch = new ArrayList<TransferFact>();
            for (var i = 0; i < 1 + world.below(6) && !model.isEmpty(); i++) {
                batch.add(!facts.isEmpty() && world.chance(0.3) ? world.any(facts) : drawn());
            }
            facts.addAll(batch);
            commit(
                    network.transfers(),
                    batch.stream().map(FactCodec::encode).toList(),
                    (s, r) -> ledger.read(s, r));
            var withdrawn = new ArrayList<TransferId>();
            for (var fact : batch) {
                var state = model.get(fact.transferId());
                if (state instanceof State.Waits && fact instanceof TransferFact.CancelRequested) {
                    withdrawn.add(fact.transferId());
                }
                model.put(fact.transferId(), after(state, fact));
            }
            assertThat(said(TransferFact.Cancelled.class))
                    .extracting(TransferFact::transferId)
                    .containsExactlyInAnyOrderElementsOf(withdrawn);
        }

        /// Of some transfer that is known, often of the epoch and run that count.
        private TransferFact drawn() {
            var id = world.any(List.copyOf(model.keySet()));
            var runs = model.get(id) instanceof State.Runs r ? r : new State.Runs(3, false, null);
            var epoch = world.chance(0.8) ? runs.epoch() : runs.epoch() + 1;
            var run =
                    runs.run() != null && world.chance(0.7)
                            ? runs.run()
                            : new RunId(world.drawId());
            return switch (world.below(8)) {
                case 0, 1 -> new TransferFact.Started(id, epoch, run, "launcher", "host");
                case 2, 3 -> new TransferFact.Finished(id, epoch, run, RunEnd.COMPLETED, null);
                case 4 -> new TransferFact.Finished(id, epoch, null, RunEnd.NOT_STARTED, null);
                case 5 -> new TransferFact.CancelRequested(id, Actor.SCHEDULE);
                case 6 -> new TransferFact.Expired(id);
                default -> new TransferFact.Orphaned(id, epoch);
            };
        }

        private static State after(@Nullable State state, TransferFact fact) {
            return switch (state) {
                case State.Waits _ when fact instanceof TransferFact.CancelRequested ->
                        new State.IsOver();
                case State.Waits _ when fact instanceof TransferFact.Expired -> new State.IsOver();
                case State.Waits waits -> waits;
                case State.Runs runs -> after(runs, fact);
                case State.IsOver over -> over;
                case null -> throw new AssertionError(fact);
            };
        }

        private static State after(State.Runs runs, TransferFact fact) {
            return switch (fact) {
                case TransferFact.Dispatched d when d.epoch() == runs.epoch() ->
                        new State.Runs(runs.epoch(), true, runs.run());
                case TransferFact.Started s when s.epoch() == runs.epoch() && runs.run() == null ->
                        new State.Runs(runs.epoch(), true, s.run());
                case TransferFact.Finished f
                        when f.epoch() == runs.epoch()
                                && (runs.run() == null || runs.run().equals(f.run())) ->
                        new State.IsOver();
                case TransferFact.Orphaned o when o.epoch() == runs.epoch() -> new State.IsOver();
                case TransferFact.Expired _ when !runs.logged() -> new State.IsOver();
                default -> runs;
            };
        }

        private void save(CatalogRecord saved) {
            commit(
                    network.catalog(),
                    List.of(CatalogCodec.encode(saved)),
                    (s, r) -> ledger.copy(s, r).replaceWith(true));
            assertThat(said()).isEmpty();
        }

        private void room() {
            var room = new Telemetry.LauncherRoom("launcher", "host", world.below(8), 0);
            commit(
                    network.telemetry(),
                    List.of(TelemetryCodec.encode(room)),
                    (s, r) -> ledger.hear(s, r, world.instant()));
        }

        private void commit(
                Topic topic,
                List<byte[]> values,
                BiFunction<Mutiny.StatelessSession, List<InboxRecord>, Uni<Boolean>> effect) {
            database.execute("delete from outbox");
            var records =
                    values.stream()
                            .map(value ->
                                    new InboxRecord(
                                            topic.name(),
                                            0,
                                            offsets++,
                                            world.instant(),
                                            key(topic, value),
                                            value,
                                            Facts.HEADERS))
                            .toList();
            var _ = database.inTransaction(session -> effect.apply(session, records), () -> {});
            watch.applied(topic, records);
        }

        private String key(Topic topic, byte[] value) {
            try {
                return topic == network.catalog() ? CatalogCodec.decode(value).key() : "key";
            } catch (io.tranship.schemas.UndecodableException e) {
                throw new AssertionError(e);
            }
        }

        private <T extends TransferFact> List<T> said(Class<T> type) {
            return said().stream().filter(type::isInstance).map(type::cast).toList();
        }

        private List<TransferFact> said() {
            var said = new ArrayList<TransferFact>();
            for (var row : outbox.unsent(10_000)) {
                if (row.toSend().topic().equals(network.transfers().name())) {
                    try {
                        said.add(FactCodec.decode(row.toSend().value()));
                    } catch (io.tranship.schemas.UndecodableException e) {
                        throw new AssertionError(e);
                    }
                }
            }
            return said;
        }

        private void agree() {
            var expected = new TreeSet<String>();
            model.forEach((id, state) -> expected.add(line(id, state)));
            var found = new TreeSet<String>();
            for (var row :
                    database.rows(
                            """
                            select cast(t.transfer_id as text), t.over_at is not null, q.kind, d.epoch, cast(d.run as text)
                            from transfer t left join queue q using (transfer_id) left join dispatched d using (transfer_id)
                            """)) {
                found.add(
                        "%s over %s waits %s runs %s %s"
                                .formatted(row[0], row[1], row[2], row[3], row[4]));
            }
            assertThat(found).isEqualTo(expected);
            watch.slotsAreThoseOfOpenRuns();
        }

        private static String line(TransferId id, State state) {
            return switch (state) {
                case State.Waits w ->
                        "%s over false waits %s runs null null".formatted(id, w.kind());
                case State.Runs r ->
                        "%s over false waits null runs %d %s".formatted(id, r.epoch(), r.run());
                case State.IsOver _ -> "%s over true waits null runs null null".formatted(id);
            };
        }
    }
}
