package io.tranship.simulation;

import io.tranship.scheduler.SchedulerModel;
import io.tranship.schemas.Actor;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.status.StatusModel;
import io.tranship.worker.launch.SimulatedLauncher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// One history of the whole control plane, drawn from one seed: some twenty minutes of load and
/// trouble, then peace until all is over.
public final class Simulation {

    private static final Duration LOAD = Duration.ofMinutes(22);
    private static final Duration PEACE_MAX = Duration.ofMinutes(60);
    private static final Duration QUIET_EVERY = Duration.ofSeconds(30);

    private final World world;
    private final Network network;
    private final Vendor vendor;
    private final LedgerWatch ledgerWatch;
    private final RecordWatch recordWatch;
    private final LogWatch logWatch;
    private final Destinations destinations;
    private final SchedulerModel scheduler;
    private final DispatchService dispatch;
    private final StatusModel status;
    private final List<SimulatedLauncher> launchers = new ArrayList<>();
    private final Set<TransferId> asked = new LinkedHashSet<>();
    private final Trouble trouble;
    private boolean peace;

    /// What came of one seed.
    public record Outcome(long seed, String hash, long events, Map<String, Long> counts) {}

    private Simulation(long seed, Database database) {
        world = new World(new Random(seed));
        network = new Network(world);
        logWatch = new LogWatch(world, network.transfers());
        vendor = new Vendor(world);
        ledgerWatch = new LedgerWatch(world, database, network);
        destinations = new Destinations(world, ledgerWatch);
        scheduler =
                new SchedulerModel(
                        new Program(world, "scheduler"),
                        network,
                        request -> {
                            asked.add(request.transferId());
                            logWatch.scheduled(request);
                        });
        dispatch =
                new DispatchService(new Program(world, "dispatch"), network, database, ledgerWatch);
        var orders = new ShareGroup(world, network.workOrders());
        for (var i = 0; i < 2 + world.below(2); i++) {
            launchers.add(
                    new SimulatedLauncher(
                            new Program(world, "launcher-" + i),
                            network,
                            orders,
                            destinations,
                            1 + world.below(4)));
        }
        recordWatch = new RecordWatch(world, launchers);
        status =
                new StatusModel(
                        new Program(world, "status"),
                        network,
                        recordWatch::folded,
                        recordWatch::said);
        trouble = new Trouble(world, scheduler, dispatch, status, launchers);
    }

    /// @param database with the ledger's tables, which are emptied
    /// @throws Violation with the last of what happened
    public static Outcome run(long seed, Database database) {
        Tables.empty(database);
        var simulation = new Simulation(seed, database);
        try {
            return simulation.run(seed);
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException("a service failed: " + e.getMessage(), e);
        } finally {
            simulation.print();
        }
    }

    private boolean failed = true;

    private void print() {
        if (failed) {
            world.trace().last().forEach(System.err::println);
        }
    }

    private Outcome run(long seed) {
        begin();
        var endOfLoad = World.BEGIN.plus(LOAD);
        while (world.turn(endOfLoad)) {
            // one event after the other
        }
        peace = true;
        scheduler.rest();
        trouble.heal();
        var limit = endOfLoad.plus(PEACE_MAX);
        var next = endOfLoad;
        while (!isQuiet()) {
            next = next.plus(QUIET_EVERY);
            world.require(
                    !next.isAfter(limit),
                    "an hour of peace, and still not quiet: %s",
                    unfinished());
            while (world.turn(next)) {
                // until somebody looks again
            }
        }
        ledgerWatch.nothingIsLeft();
        recordWatch.allEnded(asked, status, logWatch);
        status.refold();
        failed = false;
        return new Outcome(
                seed,
                world.trace().hash(),
                world.trace().lines(),
                recordWatch.counts(destinations));
    }

    private void begin() {
        vendor.records().forEach(scheduler::save);
        scheduler.program().start();
        dispatch.program().start();
        status.program().start();
        launchers.forEach(launcher -> launcher.program().start());
        world.in(world.between(5_000, 40_000), this::ask);
        world.in(world.between(20_000, 90_000), this::cancel);
        world.in(world.between(30_000, 200_000), this::change);
        trouble.begin();
    }

    private void ask() {
        if (peace) {
            return;
        }
        world.in(world.between(500, 40_000), this::ask);
        var id = new TransferId(world.drawId());
        var destination = world.chance(0.03) ? "nowhere" : world.any(vendor.destinations());
        var models = new LinkedHashSet<String>();
        while (world.chance(0.4)) {
            models.add(world.any(vendor.models()));
        }
        var kind =
                world.chance(0.15)
                        ? TransferKind.INTEGRITY
                        : world.chance(0.05) ? TransferKind.RESTORE : TransferKind.TRANSFER;
        var request =
                new TransferRequest(
                        id,
                        destination,
                        List.copyOf(models),
                        kind,
                        kind == TransferKind.TRANSFER && world.chance(0.1),
                        null,
                        null,
                        false,
                        false,
                        false,
                        new Actor("user", "somebody"),
                        Map.of(),
                        world.chance(0.5) ? scheduler.revision() : 0);
        asked.add(id);
        var value = RequestCodec.encode(request);
        network.requests().append(destination, value, Facts.HEADERS);
        if (world.chance(0.2)) {
            world.in(
                    world.between(0, 300_000),
                    () -> {
                        network.requests().append(destination, value, Facts.HEADERS);
                    });
        }
    }

    private void cancel() {
        if (peace) {
            return;
        }
        world.in(world.between(10_000, 120_000), this::cancel);
        var open = status.open();
        if (status.program().isUp() && !status.program().isFrozen() && !open.isEmpty()) {
            var _ = status.cancel(world.any(open));
        }
    }

    private void change() {
        if (peace) {
            return;
        }
        world.in(world.between(20_000, 300_000), this::change);
        scheduler.save(vendor.change());
    }

    private boolean isQuiet() {
        return scheduler.isQuiet()
                && dispatch.isQuiet()
                && status.isQuiet()
                && status.open().isEmpty()
                && asked.stream().allMatch(id -> status.status(id) != null)
                && launchers.stream().allMatch(launcher -> launcher.runners().isEmpty());
    }

    private String unfinished() {
        return "open %s, unknown %s, scheduler quiet %s, dispatch quiet %s, status quiet %s, runners %s"
                .formatted(
                        status.open(),
                        asked.stream().filter(id -> status.status(id) == null).toList(),
                        scheduler.isQuiet(),
                        dispatch.isQuiet(),
                        status.isQuiet(),
                        launchers.stream().map(l -> l.runners().size()).toList());
    }
}
