package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Replicas take in, dispatch, release and withdraw at the same time on one database, and no limit
/// is ever passed: at no commit, over the whole history of slots.
@QuarkusTest
@TestProfile(ByHand.class)
class LedgerRaceTest {

    private static final int REPLICAS = 4;
    private static final int ROUNDS = 12;
    private static final int STEPS = 6;
    private static final int ROOM = 7;

    @Inject LedgerDriver ledger;

    private final List<TransferFact> known = Collections.synchronizedList(new ArrayList<>());

    @SeededTest(tries = 3)
    void replicasThatRaceNeverPassALimit(RandomGenerator random) throws Exception {
        ledger.empty();
        known.clear();
        watchSlots();
        var vendor = vendor(random);
        ledger.catalog(vendor);
        ledger.room("launcher-1", ROOM - 3, LedgerDriver.NOW);
        ledger.room("launcher-2", 3, LedgerDriver.NOW);

        try (var replicas = Executors.newFixedThreadPool(REPLICAS)) {
            for (var round = 0; round < ROUNDS; round++) {
                var steps = new ArrayList<Callable<@Nullable Void>>();
                for (var replica = 0; replica < REPLICAS; replica++) {
                    var own = new Random(random.nextLong());
                    steps.add(() -> steps(own));
                }
                for (var done : replicas.invokeAll(steps)) {
                    succeeded(done);
                }
                nobodySleeps();
            }
        }
        drain();

        assertThat(ledger.count("queue")).isZero();
        assertThat(ledger.count("slot")).isZero();
        assertThat(ledger.count("dispatched")).isZero();
        assertThat(ledger.rows("select * from transfer where over_at is null")).isEmpty();
        noLimitWasEverPassed(limits(vendor));
        noTransferWasDispatchedTwice();
    }

    /// Time passes, also past the wait bound, limits and the fleet's room change, transfers come
    /// and go; whenever the ledger has settled, nobody waits who could run.
    @SeededTest(tries = 3)
    void noTransferSleepsBesideAFreeSlot(RandomGenerator random) {
        ledger.empty();
        known.clear();
        var now = LedgerDriver.NOW;
        for (var step = 0; step < 40; step++) {
            now = now.plusSeconds(random.nextInt(240));
            var own = new Random(random.nextLong());
            if (step % 10 == 0) {
                ledger.catalog(vendor(random));
            }
            ledger.room("launcher-1", random.nextInt(ROOM), now);
            switch (random.nextInt(4)) {
                case 0, 1 -> request(own);
                case 2 -> end(own);
                default -> cancel(own);
            }
            ledger.settle(now);
            assertThat(ledger.sleepers(now)).as("in step %d", step).isEmpty();
        }
    }

    private @Nullable Void steps(Random random) {
        for (var step = 0; step < STEPS; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> request(random);
                case 2, 3, 4 -> ledger.tick(LedgerDriver.NOW);
                case 5, 6 -> end(random);
                default -> cancel(random);
            }
        }
        return null;
    }

    private void request(Random random) {
        var models = List.of("invoices", "orders", "users", "events");
        var requests = new ArrayList<TransferRequest>();
        for (var i = 0; i < 1 + random.nextInt(6); i++) {
            var wanted = new ArrayList<>(models);
            Collections.shuffle(wanted, random);
            var kind =
                    random.nextInt(8) == 0
                            ? TransferKind.INTEGRITY
                            : random.nextInt(12) == 0
                                    ? TransferKind.RESTORE
                                    : TransferKind.TRANSFER;
            requests.add(
                    Vendor.ask(
                            new TransferId(new UUID(random.nextLong(), random.nextLong())),
                            "d" + random.nextInt(6),
                            kind,
                            wanted.subList(0, 1 + random.nextInt(3)).toArray(String[]::new)));
        }
        var asked = requests.toArray(TransferRequest[]::new);
        ledger.request(LedgerDriver.NOW.minusSeconds(random.nextInt(1_200)), asked);
        if (random.nextInt(4) == 0) {
            ledger.request(LedgerDriver.NOW, asked);
        }
    }

    /// Some runs end, some of them twice, and runs that do not count end as well.
    private void end(Random random) {
        var facts = new ArrayList<TransferFact>();
        for (var row :
                ledger.rows(
                        "select transfer_id, epoch, run from dispatched order by transfer_id limit 5")) {
            var id = new TransferId((UUID) row.get(0));
            var epoch = (Long) row.get(1);
            var run =
                    row.get(2) == null
                            ? new RunId(new UUID(random.nextLong(), 1))
                            : new RunId((UUID) row.get(2));
            facts.add(new Started(id, epoch, run, "launcher-1", "host"));
            switch (random.nextInt(4)) {
                case 0 -> facts.add(new Orphaned(id, epoch));
                case 1 -> facts.add(new Finished(id, epoch, run, RunEnd.COMPLETED, null));
                case 2 -> facts.add(new Finished(id, epoch - 1, run, RunEnd.DIED, null));
                default ->
                        facts.add(
                                new Finished(
                                        id,
                                        epoch,
                                        new RunId(new UUID(random.nextLong(), 2)),
                                        RunEnd.STOPPED,
                                        null));
            }
        }
        ledger.facts(facts);
        known.addAll(facts);
        if (random.nextBoolean()) {
            ledger.facts(List.copyOf(known).reversed().stream().limit(20).toList().reversed());
        }
    }

    private void cancel(Random random) {
        for (var row :
                ledger.rows(
                        "select transfer_id from queue order by transfer_id limit "
                                + random.nextInt(3))) {
            ledger.facts(
                    new CancelRequested(new TransferId((UUID) row.getFirst()), Actor.SCHEDULE));
        }
    }

    private void nobodySleeps() {
        ledger.settle(LedgerDriver.NOW);
        assertThat(ledger.sleepers(LedgerDriver.NOW)).as("sleep beside a free slot").isEmpty();
    }

    private void drain() {
        for (var i = 0; i < 2_000 && ledger.count("transfer where over_at is null") > 0; i++) {
            var ends = new ArrayList<TransferFact>();
            for (var row : ledger.rows("select transfer_id, epoch from dispatched")) {
                ends.add(new Orphaned(new TransferId((UUID) row.get(0)), (Long) row.get(1)));
            }
            ledger.facts(ends);
            ledger.settle(LedgerDriver.NOW);
        }
    }

    private void noLimitWasEverPassed(Map<String, Integer> limits) {
        var held = new HashMap<String, Set<Object>>();
        for (var row :
                ledger.rows(
                        "select taken, resource, n, transfer_id from slot_history order by seq")) {
            var resource = (String) row.get(1);
            var holders = held.computeIfAbsent(resource, _ -> new HashSet<>());
            if ((Boolean) row.get(0)) {
                assertThat(holders.add(row.get(3))).isTrue();
                assertThat(holders)
                        .as("holders of %s", resource)
                        .hasSizeLessThanOrEqualTo(limits.getOrDefault(resource, 1));
            } else {
                assertThat(holders.remove(row.get(3))).isTrue();
            }
        }
        var kinds = new HashMap<String, List<Object>>();
        for (var row :
                ledger.rows("select taken, destination, kind from mode_history order by seq")) {
            var there = kinds.computeIfAbsent((String) row.get(1), _ -> new ArrayList<>());
            if ((Boolean) row.get(0)) {
                there.add(row.get(2));
                assertThat(new HashSet<>(there)).as("kinds at %s", row.get(1)).hasSize(1);
            } else {
                there.remove(row.get(2));
            }
        }
        assertThat(held).hasSizeGreaterThan(10);
    }

    private void noTransferWasDispatchedTwice() {
        var dispatched = ledger.said(Dispatched.class);
        assertThat(dispatched).extracting(TransferFact::transferId).doesNotHaveDuplicates();
        assertThat(dispatched).extracting(Dispatched::epoch).isSorted().doesNotHaveDuplicates();
        assertThat(dispatched.size()).isGreaterThan(20);
    }

    /// Every slot that is ever taken or given back, as the database sees it.
    private void watchSlots() {
        ledger.sql(
                """
                drop table if exists slot_history, mode_history;
                create table slot_history (seq bigint generated always as identity, taken boolean,
                    resource text, n int, transfer_id uuid);
                create table mode_history (seq bigint generated always as identity, taken boolean,
                    destination text, kind text);
                create or replace function watch_slot() returns trigger language plpgsql as $$
                begin
                    if tg_op = 'INSERT' then
                        insert into slot_history (taken, resource, n, transfer_id)
                        values (true, new.resource, new.n, new.transfer_id);
                    else
                        insert into slot_history (taken, resource, n, transfer_id)
                        values (false, old.resource, old.n, old.transfer_id);
                    end if;
                    return null;
                end $$;
                create or replace function watch_mode() returns trigger language plpgsql as $$
                begin
                    if tg_op = 'INSERT' then
                        insert into mode_history (taken, destination, kind) values (true, new.destination, new.kind);
                    else
                        insert into mode_history (taken, destination, kind) values (false, old.destination, old.kind);
                    end if;
                    return null;
                end $$;
                create or replace trigger watch_slot after insert or delete on slot
                    for each row execute function watch_slot();
                create or replace trigger watch_mode after insert or delete on dispatched
                    for each row execute function watch_mode();
                """);
    }

    private static Vendor vendor(RandomGenerator random) {
        var vendor =
                new Vendor()
                        .source("app", 1 + random.nextInt(4))
                        .source("billing", 1 + random.nextInt(3))
                        .model("invoices", "billing")
                        .model("orders", "app")
                        .model("users", "app")
                        .model("events", "app");
        for (var i = 0; i < 6; i++) {
            vendor.destination("d" + i, "r" + i % 4, 1 + random.nextInt(3), "*");
        }
        return vendor;
    }

    private static Map<String, Integer> limits(Vendor vendor) {
        var limits = new HashMap<String, Integer>();
        limits.put("fleet", ROOM);
        for (var entry : vendor.records()) {
            switch (entry) {
                case CatalogRecord.Source s -> limits.put(s.key(), s.maxConcurrentTransfers());
                case CatalogRecord.Destination d -> limits.put(d.key(), d.maxConcurrentTransfers());
                case CatalogRecord.Model _,
                        CatalogRecord.Recipient _,
                        CatalogRecord.Organization _ -> {}
            }
        }
        return limits;
    }

    private static void succeeded(java.util.concurrent.Future<?> done) throws Exception {
        try {
            done.get(60, java.util.concurrent.TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a replica failed", e);
        }
    }
}
