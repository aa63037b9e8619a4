package io.tranship.benchmarks;

import io.tranship.benchmarks.Launchers.Taken;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What dispatch and release cost while few and while many wait: waves of transfers end, and the
/// clock runs until as many orders have come. Deep and shallow queue take turns on one server.
final class DepthBench {

    private static final long PAUSE_NANOS = 100_000;
    private static final long LIMIT_NANOS = 60_000_000_000L;

    private final Stand stand;
    private final Ledger few;
    private final Ledger many;
    private final Sizes sizes;
    private final Results results;

    DepthBench(Stand stand, Ledger few, Ledger many, Sizes sizes, Results results) {
        this.stand = stand;
        this.few = few;
        this.many = many;
        this.sizes = sizes;
        this.results = results;
    }

    void run() throws SQLException, InterruptedException {
        few.launchers().answer(false);
        many.launchers().answer(false);
        single();
        few.send(few.requests(sizes.few() + Sizes.DESTINATIONS, Sizes.DESTINATIONS));
        few.awaitHeld(sizes.few(), Sizes.DESTINATIONS);
        many.send(many.requests(sizes.many() + Sizes.DESTINATIONS, Sizes.DESTINATIONS));
        many.awaitHeld(sizes.many(), Sizes.DESTINATIONS);
        few.analyze();
        many.analyze();
        Progress.say("depth: %d and %d wait".formatted(sizes.few(), sizes.many()));
        stand.report("filling the queues");
        var shallow = new Waves(few);
        var deep = new Waves(many);
        shallow.turn(true);
        deep.turn(false);
        for (var wave = 0; wave < sizes.waves(); wave++) {
            shallow.turn(true);
            deep.turn(false);
        }
        stand.report("waves at both depths");
        shallow.report("dispatch_release_1k", null);
        deep.report("dispatch_release_100k", "dispatch_release_1k");
        Progress.say("depth: done");
    }

    /// One waits behind one.
    private void single() throws SQLException, InterruptedException {
        var took = new ArrayList<Double>();
        few.send(few.requests(2, 1));
        few.awaitHeld(1, 1);
        for (var wave = 0; wave < sizes.waves(); wave++) {
            took.add(wave(few, few.launchers().someHeld(1)) * 1000);
            few.send(few.requests(1, 1));
            few.awaitHeld(1, 1);
        }
        results.add("dispatch_release_1", "ms each", took);
        while (!few.launchers().held().isEmpty()) {
            few.launchers().answer(true);
            few.launchers().finish(List.copyOf(few.launchers().held()));
            few.awaitIdle();
        }
        few.launchers().answer(false);
    }

    /// Seconds from the ends of `runs` until as many new orders are read from Kafka.
    private static double wave(Ledger ledger, List<Taken> runs) {
        var before = ledger.launchers().taken();
        var began = System.nanoTime();
        ledger.launchers().finish(runs);
        while (ledger.launchers().taken() - before < runs.size()) {
            if (System.nanoTime() - began > LIMIT_NANOS) {
                throw new IllegalStateException(
                        "of %d orders %d came within a minute"
                                .formatted(runs.size(), ledger.launchers().taken() - before));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /// One queue's part.
    private final class Waves {

        private final Ledger ledger;
        private final List<Double> millisEach = new ArrayList<>();
        private final List<Double> cpuMillisEach = new ArrayList<>();
        private boolean warm;

        Waves(Ledger ledger) {
            this.ledger = ledger;
        }

        void turn(boolean refill) throws SQLException, InterruptedException {
            var parked = Db.number(ledger.connection(), "select count(*) from queue");
            var runs = ledger.launchers().someHeld(sizes.waveSize());
            var cost = Cost.begin(stand, ledger.cpu());
            var took = wave(ledger, runs);
            var cpu = cost.end(runs.size());
            if (warm) {
                millisEach.add(took * 1000 / runs.size());
                cpuMillisEach.add(cpu.get("database") + cpu.get("service"));
            }
            warm = true;
            ledger.awaitHeld(parked - runs.size(), Sizes.DESTINATIONS);
            if (refill) {
                ledger.send(
                        runs.stream()
                                .map(run ->
                                        ledger.request(
                                                ledger.newId(),
                                                CatalogOf.number(run.destination())))
                                .toList());
                ledger.awaitHeld(parked, Sizes.DESTINATIONS);
            }
        }

        void report(String name, @Nullable String baseline) {
            results.add(name, "ms each", millisEach, baseline);
            var cpu =
                    List.of(
                            cpuMillisEach.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElse(0));
            results.add(
                    name + "_cpu", "CPU ms each", cpu, baseline == null ? null : baseline + "_cpu");
        }
    }
}
