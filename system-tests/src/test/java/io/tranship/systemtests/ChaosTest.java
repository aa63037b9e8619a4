package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Any process is killed at any moment and started again: no transfer is lost, no effect doubled.
///
/// `-Dkills=N` sets how many, `-Dseed=N` replays the order of the victims.
final class ChaosTest {

    private static final List<String> TENANTS =
            IntStream.rangeClosed(1, 6).mapToObj(n -> "org_" + n).toList();
    private static final Map<String, String> SHORT_TIMES =
            Map.of(
                    "TRANSHIP_BEAT", "1s",
                    "TRANSHIP_SELF_FENCE", "5s",
                    "TRANSHIP_LONGEST_CALL", "3s",
                    "TRANSHIP_CLOCK_ERROR", "1s",
                    "TRANSHIP_ORPHAN_AFTER", "12s",
                    "TRANSHIP_START_BY", "20s",
                    "TRANSHIP_ROOM", "3");

    /// The machine may be busy and the next kill near: that it ends is asked, not when.
    private static final Duration SOME_TIME = Duration.ofMinutes(4);

    private enum Victim {
        SCHEDULER,
        DISPATCH,
        LAUNCHER,
        STATUS,
        RUNNER,
        BROKER,
        DATABASE
    }

    private final int kills = Integer.getInteger("kills", 10);
    private final long seed = seed();
    private final Random random = new Random(seed);
    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final List<String> killed = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> troubles = new ConcurrentLinkedQueue<>();

    @Test
    void killsLoseNoTransferAndDoubleNoEffect() throws Exception {
        System.out.printf("chaos: %d kills, replay with -Dseed=%d%n", kills, seed);
        try (var fleet = Fleet.startOnServersOfItsOwn(SHORT_TIMES)) {
            var shop = fleet.newShop("chaos", TENANTS);
            TENANTS.forEach(tenant -> shop.insert(tenant, 1, 2000));
            var askers =
                    TENANTS.stream()
                            .map(tenant ->
                                    Thread.ofVirtual()
                                            .start(() -> askOnAndOn(fleet.api(), shop, tenant)))
                            .toList();
            for (var victim : victims()) {
                awaitOpen(4);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
                killed.add("%s at %s".formatted(victim, Instant.now()));
                kill(fleet, victim);
            }
            over.set(true);
            for (var asker : askers) {
                asker.join(SOME_TIME);
            }
            assertThat(troubles).as("after kills %s, -Dseed=%d", killed, seed).isEmpty();
            everyTransferEnded(fleet.api());
            theLastTransferMakesAllIdentical(fleet.api(), shop);
            oneRunPerEpoch(fleet);
            LeftBehind.assertNothingIsLeftBehind(fleet, shop, TENANTS);
        }
    }

    private static long seed() {
        var told = System.getProperty("seed", "");
        return told.isEmpty() ? System.nanoTime() : Long.parseLong(told);
    }

    private List<Victim> victims() {
        var victims = new ArrayList<Victim>();
        while (victims.size() < kills) {
            var round = new ArrayList<>(List.of(Victim.values()));
            Collections.shuffle(round, random);
            victims.addAll(round);
        }
        return victims.subList(0, Math.max(kills, 0));
    }

    private void kill(Fleet fleet, Victim victim) throws InterruptedException {
        switch (victim) {
            case SCHEDULER -> restart(fleet, Part.SCHEDULER);
            case DISPATCH -> restart(fleet, Part.DISPATCH);
            case LAUNCHER -> restart(fleet, Part.WORKER);
            case STATUS -> restart(fleet, Part.STATUS);
            case RUNNER -> killARunner(fleet.api());
            case BROKER -> fleet.killBrokerAndRestart();
            case DATABASE -> fleet.killDatabaseAndRestart();
        }
    }

    private void restart(Fleet fleet, Part part) throws InterruptedException {
        var service = fleet.service(part);
        service.kill();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        service.start();
        service.awaitReady();
    }

    private void killARunner(Api api) {
        var pid =
                Awaitility.await("a runner to kill")
                        .atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(20))
                        .ignoreExceptions()
                        .until(() -> runnerPid(api), n -> n > 0);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static long runnerPid(Api api) {
        for (var transfer : api.status("/transfers?status=RUNNING").body().path("items")) {
            var pid = transfer.at("/worker/pid").asLong(0);
            if (pid > 0 && ProcessHandle.of(pid).isPresent()) {
                return pid;
            }
        }
        return 0;
    }

    private void awaitOpen(int count) {
        Awaitility.await("%d open transfers".formatted(count))
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> open.get() >= count);
    }

    /// Changes rows of `tenant` and asks for a transfer, one after the other, until it is over.
    private void askOnAndOn(Api api, Shop shop, String tenant) {
        for (var round = 0; !over.get(); round++) {
            try {
                shop.touch(tenant, 20);
                shop.insert(tenant, 10_000 + round * 10, 10);
            } catch (IllegalStateException _) {
                continue;
            }
            try {
                var id = api.request(shop.destination(tenant), Map.of());
                asked.add(id);
                open.incrementAndGet();
                api.awaitEnd(id, SOME_TIME);
                open.decrementAndGet();
            } catch (RuntimeException trouble) {
                troubles.add(trouble);
                return;
            }
        }
    }

    private void everyTransferEnded(Api api) {
        var byStatus = new LinkedHashMap<String, Integer>();
        for (var id : asked) {
            byStatus.merge(api.awaitEnd(id, SOME_TIME).get("status").asText(), 1, Integer::sum);
        }
        System.out.println("chaos: " + byStatus);
        assertThat(byStatus).containsKey("SUCCESS");
        assertThat(byStatus.keySet()).isSubsetOf("SUCCESS", "PARTIAL_FAILURE", "ERROR", "ORPHANED");
    }

    private static void theLastTransferMakesAllIdentical(Api api, Shop shop) {
        for (var tenant : TENANTS) {
            var last = api.awaitEnd(api.request(shop.destination(tenant), Map.of()), SOME_TIME);
            assertThat(last.get("status").asText()).as(last.toString()).isEqualTo("SUCCESS");
            assertThat(shop.isIdentical(tenant)).as(tenant).isTrue();
        }
    }

    /// Nobody worked on a transfer but its first started run, which is the one of its dispatched
    /// epoch.
    static void oneRunPerEpoch(Fleet fleet) throws Exception {
        var states = new HashMap<TransferId, TransferState>();
        for (var record : Topic.read(fleet.bootstrap(), fleet.topicPrefix() + "transfers")) {
            var fact = FactCodec.decode(record.value());
            var before = states.getOrDefault(fact.transferId(), TransferState.EMPTY);
            if (fact instanceof TransferFact.ModelFinished worked && before.started() != null) {
                assertThat(worked.run()).isEqualTo(before.started().run());
                assertThat(worked.epoch()).isEqualTo(before.started().epoch());
            }
            states.put(fact.transferId(), before.after(fact));
        }
        assertThat(states.values()).allMatch(state -> state.status().isFinal());
    }
}
