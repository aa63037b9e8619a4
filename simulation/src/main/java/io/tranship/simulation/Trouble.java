package io.tranship.simulation;

import io.tranship.scheduler.SchedulerModel;
import io.tranship.status.StatusModel;
import io.tranship.worker.launch.SimulatedLauncher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What goes wrong: each seed has its own mix of it.
final class Trouble {

    private final World world;
    private final List<SimulatedLauncher> launchers;
    private final List<Program> programs = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Runnable> kinds = new ArrayList<>();
    private final List<Relay> relays;
    private final Relay sweeps;
    private boolean over;

    Trouble(
            World world,
            SchedulerModel scheduler,
            DispatchService dispatch,
            StatusModel status,
            List<SimulatedLauncher> launchers) {
        this.world = world;
        this.launchers = launchers;
        sweeps = status.relay();
        relays = List.of(scheduler.relay(), dispatch.relay(), sweeps);
        programs.addAll(List.of(scheduler.program(), dispatch.program(), status.program()));
        launchers.forEach(launcher -> programs.add(launcher.program()));
        readers.add(scheduler.log());
        readers.addAll(dispatch.readers());
        readers.addAll(status.readers());
        readers.addAll(status.readers());
        launchers.forEach(launcher -> readers.add(launcher.tail()));
        links.addAll(
                List.of(scheduler.relay().link(), dispatch.relay().link(), status.relay().link()));
        launchers.forEach(launcher -> links.add(launcher.link()));
        programs.forEach(program -> program.onCrash(() -> restart(program)));
    }

    /// Some seeds know one kind of trouble only, some know all, and one in ten none.
    void begin() {
        if (world.chance(0.1)) {
            return;
        }
        offer(() -> world.any(programs).crash());
        offer(() -> freeze(world.any(programs)));
        offer(() -> world.any(readers).stallFor(aWhile()));
        offer(() -> world.any(links).breakFor(aWhile()));
        offer(() -> world.any(relays).stallFor(aWhile()));
        offer(this::aHost);
        offer(() -> aRunner(Act.DIE));
        offer(() -> aRunner(Act.FREEZE));
        offer(() -> aRunner(Act.FREEZE));
        offer(() -> aRunner(Act.LOSE_THE_BROKER));
        var crashes = world.chance(0.6) ? 0.03 * world.random().nextDouble() : 0;
        programs.forEach(program -> program.crashesWith(crashes));
        if (!kinds.isEmpty()) {
            next();
        }
    }

    private void offer(Runnable kind) {
        if (world.chance(0.6)) {
            kinds.add(kind);
        }
    }

    private void next() {
        world.in(
                world.between(3_000, 90_000),
                () -> {
                    if (!over) {
                        world.any(kinds).run();
                        next();
                    }
                });
    }

    private enum Act {
        DIE,
        FREEZE,
        LOSE_THE_BROKER
    }

    private void aRunner(Act act) {
        var runners = launchers.stream().flatMap(launcher -> launcher.runners().stream()).toList();
        if (runners.isEmpty()) {
            return;
        }
        var runner = world.any(runners);
        switch (act) {
            case DIE -> runner.die(137);
            case FREEZE ->
                    runner.program()
                            .freeze(world.chance(0.5) ? world.between(70_000, 300_000) : aWhile());
            case LOSE_THE_BROKER -> {
                var time = aWhile();
                runner.link().breakFor(time);
                slowSweep(time);
            }
        }
    }

    /// A launcher with all its runners is cut off.
    private void aHost() {
        var launcher = world.any(launchers);
        var time = aWhile();
        launcher.link().breakFor(time);
        launcher.runners().forEach(runner -> runner.link().breakFor(time));
        slowSweep(time);
    }

    /// What the sweep says of those that are cut off stands in the log only after their own words.
    private void slowSweep(Duration time) {
        if (world.chance(0.5)) {
            sweeps.stallFor(time.plus(world.between(1_000, 40_000)));
        }
    }

    /// Often about as long as it takes until somebody is given up, as that is where it is decided
    /// who was first.
    private Duration aWhile() {
        return switch (world.below(4)) {
            case 0 -> world.between(1_000, 30_000);
            case 1, 2 -> world.between(30_000, 100_000);
            default -> world.between(100_000, 300_000);
        };
    }

    private void freeze(Program program) {
        if (program.isUp()) {
            program.freeze(aWhile());
        }
    }

    private void restart(Program program) {
        var down = world.chance(0.15) ? world.between(60_000, 300_000) : world.between(500, 20_000);
        world.in(
                over ? Duration.ofSeconds(1) : down,
                () -> {
                    if (!program.isUp()) {
                        world.tell("%s starts", program.name());
                        program.start();
                    }
                });
    }

    /// From now on nothing new goes wrong.
    void heal() {
        over = true;
        programs.forEach(program -> program.crashesWith(0));
    }
}
