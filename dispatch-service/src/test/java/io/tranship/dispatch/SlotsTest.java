package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The ledger's two decisions, who is granted slots and when they are given back, without a
/// database: [Admission] and [Standing] over many lives of runners, launchers and replicas.
class SlotsTest {

    private static final int STEPS = 1_000_000;
    private static final int WAITING_MAX = 12;
    private static final int ROOM = 9;
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final Catalog catalog = catalog();
    private final List<Candidate> waiting = new ArrayList<>();
    private final Map<TransferId, Standing> running = new LinkedHashMap<>();
    private final Map<TransferId, Decision.Grant> granted = new HashMap<>();
    private final Map<Resource, Map<Integer, TransferId>> slots = new HashMap<>();
    private final List<TransferFact> log = new ArrayList<>();
    private long drawn;
    private long released;

    @SeededTest(tries = 1)
    void slotsAreConserved(RandomGenerator random) {
        for (var step = 0; step < STEPS; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> request(random);
                case 2 -> tick();
                case 3 -> log(started(pick(random), random));
                case 4, 5 -> log(ended(pick(random), random));
                case 6 -> again(random);
                default -> crash(random);
            }
            if (step % 1_000 == 0) {
                everySlotIsHeldByOneThatRuns();
            }
        }
        for (var id : List.copyOf(running.keySet())) {
            log(new Orphaned(id, epoch(id)));
        }

        assertThat(slots.values()).allMatch(Map::isEmpty);
        assertThat(released).isGreaterThan(STEPS / 50);
    }

    private void request(RandomGenerator random) {
        if (waiting.size() < WAITING_MAX) {
            var kind = random.nextInt(9) == 0 ? TransferKind.INTEGRITY : TransferKind.TRANSFER;
            var request =
                    Vendor.ask(
                            new TransferId(new UUID(7, ++drawn)),
                            "d" + random.nextInt(4),
                            kind,
                            List.of("invoices", "orders").get(random.nextInt(2)));
            var at = NOW.minusSeconds(random.nextInt(2_000));
            waiting.add(
                    new Candidate(
                            new WaitingTransfer(
                                    request, at, at.plusSeconds(21_600), null, null, 0, null),
                            (Resolution.Resolved) catalog.resolve(request)));
        }
    }

    private void tick() {
        for (var decision :
                Admission.decide(List.copyOf(waiting), holdings(), ROOM, NOW.minusSeconds(900))) {
            if (decision instanceof Decision.Grant grant) {
                var id = grant.waiting().id();
                waiting.remove(grant.candidate());
                granted.put(id, grant);
                running.put(
                        id,
                        new Standing.Running(grant.candidate().kind(), ++drawn, null, false, null));
                for (var slot : grant.slots()) {
                    var out = slots.computeIfAbsent(slot.resource(), _ -> new HashMap<>());
                    assertThat(out.put(slot.n(), id)).as("%s twice", slot).isNull();
                }
                grant.candidate()
                        .needs(ROOM)
                        .forEach(need ->
                                assertThat(slots.get(need.resource()))
                                        .hasSizeLessThanOrEqualTo(need.limit()));
            }
        }
    }

    private Holdings holdings() {
        var numbers = new HashMap<Resource, Set<Integer>>();
        slots.forEach((resource, out) -> numbers.put(resource, new HashSet<>(out.keySet())));
        var modes = new HashMap<String, Set<TransferKind>>();
        running.keySet()
                .forEach(id -> {
                    var candidate = granted.get(id).candidate();
                    modes.computeIfAbsent(candidate.destination(), _ -> new HashSet<>())
                            .add(candidate.kind());
                });
        return new Holdings(numbers, modes, Map.of(), Map.of());
    }

    /// A fact is read; slots go when it takes its transfer out of running, and only then.
    private void log(TransferFact fact) {
        log.add(fact);
        if (log.size() > 2_000) {
            log.subList(0, 1_000).clear();
        }
        var id = fact.transferId();
        var from = running.get(id);
        if (from == null) {
            return;
        }
        var to = from.after(fact);
        running.put(id, to);
        if (to instanceof Standing.Over) {
            running.remove(id);
            granted.remove(id).slots().forEach(slot -> slots.get(slot.resource()).remove(slot.n()));
            released++;
        }
    }

    private TransferFact started(TransferId id, RandomGenerator random) {
        return new Started(id, epoch(id), new RunId(new UUID(3, random.nextInt(4))), "l", "h");
    }

    private TransferFact ended(TransferId id, RandomGenerator random) {
        var run = new RunId(new UUID(3, random.nextInt(4)));
        return switch (random.nextInt(5)) {
            case 0 -> new Orphaned(id, epoch(id) - random.nextInt(2));
            case 1 -> new Finished(id, epoch(id), null, RunEnd.NOT_STARTED, null);
            case 2 -> new Expired(id);
            case 3 -> new Finished(id, epoch(id) - random.nextInt(2), run, RunEnd.DIED, null);
            default -> new Finished(id, epoch(id), run, RunEnd.COMPLETED, null);
        };
    }

    /// Old facts come again, in their order.
    private void again(RandomGenerator random) {
        if (!log.isEmpty()) {
            var from = random.nextInt(log.size());
            List.copyOf(log.subList(from, Math.min(log.size(), from + 10))).forEach(this::log);
        }
    }

    /// The ledger reads its own dispatch late, or the launcher dies with all that it runs.
    private void crash(RandomGenerator random) {
        var id = pick(random);
        if (random.nextBoolean() && granted.containsKey(id)) {
            var target = granted.get(id).candidate().resolved().target();
            log(new Dispatched(id, epoch(id), target, List.of(), Instant.EPOCH));
        } else {
            running.keySet().stream()
                    .limit(3)
                    .toList()
                    .forEach(each -> {
                        if (running.get(each) instanceof Standing.Running now
                                && now.run() != null) {
                            log(new Finished(each, now.epoch(), now.run(), RunEnd.DIED, null));
                        }
                    });
        }
    }

    private TransferId pick(RandomGenerator random) {
        return running.isEmpty()
                ? new TransferId(new UUID(8, random.nextInt(9)))
                : List.copyOf(running.keySet()).get(random.nextInt(running.size()));
    }

    private long epoch(TransferId id) {
        return running.get(id) instanceof Standing.Running now ? now.epoch() : 1;
    }

    private void everySlotIsHeldByOneThatRuns() {
        var held = 0;
        for (var grant : granted.values()) {
            held += grant.slots().size();
            grant.slots()
                    .forEach(slot ->
                            assertThat(slots.get(slot.resource()).get(slot.n()))
                                    .isEqualTo(grant.waiting().id()));
        }
        assertThat(slots.values().stream().mapToInt(Map::size).sum()).isEqualTo(held);
        assertThat(granted.keySet()).isEqualTo(running.keySet());
    }

    private static Catalog catalog() {
        var vendor =
                new Vendor()
                        .source("app", 3)
                        .source("billing", 2)
                        .model("invoices", "billing")
                        .model("orders", "app");
        for (var i = 0; i < 4; i++) {
            vendor.destination("d" + i, "r" + i, 1 + i % 2, "*");
        }
        return vendor.catalog();
    }
}
