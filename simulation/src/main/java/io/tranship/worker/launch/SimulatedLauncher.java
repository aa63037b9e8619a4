package io.tranship.worker.launch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import io.tranship.simulation.Destinations;
import io.tranship.simulation.Facts;
import io.tranship.simulation.Link;
import io.tranship.simulation.Network;
import io.tranship.simulation.Program;
import io.tranship.simulation.Reader;
import io.tranship.simulation.Settings;
import io.tranship.simulation.ShareGroup;
import io.tranship.simulation.Topic.Entry;
import io.tranship.simulation.World;
import io.tranship.worker.run.RunnerLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One launcher: the real claim, the real memory of the log and the real bookkeeping of runners,
/// turned as its three threads turn them.
public final class SimulatedLauncher {

    private static final Duration ROOM_EVERY = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration HORIZON =
            Settings.EXPIRY.plus(Settings.START_BY).plus(Settings.CLOCK_ERROR);
    private static final Duration FINALS_KEPT = Settings.START_BY.plus(Settings.CLOCK_ERROR);
    private static final int TRANSFERS_MAX = 10_000;

    private final World world;
    private final Program program;
    private final Link link;
    private final Network network;
    private final ShareGroup orders;
    private final Destinations destinations;
    private final int room;
    private final Reader tail;
    private final Map<RunId, SimulatedRunner> sandboxes = new LinkedHashMap<>();
    private final Map<RunId, RunnerLease> leases = new HashMap<>();
    private final List<SimulatedRunner> ever = new ArrayList<>();
    private final List<Runnable> onTail = new ArrayList<>();
    private LogMemory memory = forgotten();
    private Runners runners;
    private int taken;
    private boolean taking;

    public SimulatedLauncher(
            Program program,
            Network network,
            ShareGroup orders,
            Destinations destinations,
            int room) {
        this.world = program.world();
        this.program = program;
        this.link = new Link(program);
        this.network = network;
        this.orders = orders;
        this.destinations = destinations;
        this.room = room;
        runners = nobody();
        program.onStart(this::begin);
        tail = new Reader(program, network.transfers(), Duration.ofMillis(400), this::hear);
        tail.rereads();
        program.onCrash(this::pipesClose);
        orders.join(this::wake);
    }

    public Program program() {
        return program;
    }

    public Link link() {
        return link;
    }

    public Reader tail() {
        return tail;
    }

    /// Those whose process is there, also what an earlier life of this launcher left.
    public List<SimulatedRunner> runners() {
        ever.removeIf(SimulatedRunner::isGone);
        return List.copyOf(ever);
    }

    private static LogMemory forgotten() {
        return new LogMemory(HORIZON, FINALS_KEPT, TRANSFERS_MAX);
    }

    private Runners nobody() {
        return new Runners(program.name(), "host", Settings.KILL_DEADLINE);
    }

    private void begin() {
        memory = forgotten();
        runners = nobody();
        leases.clear();
        onTail.clear();
        sandboxes.clear();
        taken = 0;
        taking = false;
        announce();
        turn();
        wake();
    }

    private void pipesClose() {
        sandboxes.values().forEach(SimulatedRunner::launcherIsGone);
    }

    private void announce() {
        Facts.tell(
                link,
                network,
                program.name(),
                new LauncherRoom(program.name(), "host", room, runners.count()),
                _ -> {});
        program.later(ROOM_EVERY, this::announce);
    }

    /// What time brings: beats, kills, ends to say again, orders to look at again.
    private void turn() {
        act(runners.overdue(world.instant()));
        act(runners.beats(world.instant()));
        List.copyOf(onTail).forEach(Runnable::run);
        wake();
        program.later(STEP, this::turn);
    }

    private void hear(List<Entry> entries) {
        for (var entry : entries) {
            if (entry.appendedAt().isBefore(world.instant().minus(HORIZON))) {
                continue;
            }
            var fact = decoded(entry);
            if (memory.hear(fact, entry.appendedAt()) && memory.isKept(fact.transferId())) {
                var id = fact.transferId();
                act(runners.logged(id, memory.of(id), world.instant()));
            }
        }
        List.copyOf(onTail).forEach(Runnable::run);
    }

    private static TransferFact decoded(Entry entry) {
        try {
            return FactCodec.decode(Objects.requireNonNull(entry.value()));
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    private void wake() {
        if (!taking && taken < room && program.isUp()) {
            taking = true;
            program.later(world.between(5, 500), this::take);
        }
    }

    private void take() {
        var order = orders.take(program);
        if (order.isEmpty()) {
            taking = false;
            return;
        }
        new Taking(order.get()).begin();
    }

    /// One order in hand, from the share group to a runner or back.
    private final class Taking {
        private final ShareGroup.Order held;
        private final WorkOrder order;
        private final TransferId id;
        private final Instant receivedAt = world.instant();
        private final long[] ends = network.transfers().ends();
        private final Runnable look = this::look;
        private boolean said;
        private long[] saidAt = new long[0];
        private RunId run = new RunId(world.drawId());

        Taking(ShareGroup.Order held) {
            this.held = held;
            try {
                order = WorkOrderCodec.decode(Objects.requireNonNull(held.entry().value()));
            } catch (UndecodableException e) {
                throw new IllegalStateException(e);
            }
            id = order.transferId();
        }

        void begin() {
            taken++;
            memory.keep(id);
            onTail.add(look);
            look();
        }

        /// After each batch of the tail, and as time passes.
        private void look() {
            orders.renew(held, program);
            if (!said) {
                decide();
            } else if (saidAt.length > 0) {
                judge();
            }
        }

        private void decide() {
            var caughtUp = tail.hasPassed(ends);
            switch (Claim.onOrder(order, memory.of(id), caughtUp, world.instant())) {
                case Claim.Decision.Take _ -> start();
                case Claim.Decision.Drop drop -> {
                    world.tell("%s drops order %s: %s", program.name(), id, drop.reason());
                    orders.accept(held, program);
                    over();
                }
                case Claim.Decision.EndAsStopped _ -> {
                    end(null);
                }
                case Claim.Decision.WaitForTail _ -> {
                    if (caughtUp && world.instant().isAfter(receivedAt.plus(STEP))) {
                        orders.release(held, program);
                        over();
                    }
                }
            }
        }

        private void start() {
            said = true;
            run = new RunId(world.drawId());
            Facts.say(
                    link,
                    network,
                    new Started(id, order.epoch(), run, program.name(), "host"),
                    entry -> {
                        program.danger("after Started is in the log");
                        saidAt = new long[network.transfers().partitions()];
                        saidAt[entry.partition()] = entry.offset() + 1;
                        look();
                    });
        }

        private void judge() {
            switch (Claim.afterStarted(run, memory.of(id), tail.hasPassed(saidAt))) {
                case WAIT_FOR_TAIL -> {}
                case DROP -> {
                    orders.accept(held, program);
                    over();
                }
                case END_AS_STOPPED -> end(run);
                case RUN -> {
                    onTail.remove(look);
                    taking = false;
                    launch(order, run, receivedAt);
                    program.danger("after a runner was launched, before its order is settled");
                    orders.accept(held, program);
                    wake();
                }
            }
        }

        private void end(@org.jspecify.annotations.Nullable RunId ended) {
            onTail.remove(look);
            Facts.say(
                    link,
                    network,
                    new Finished(id, order.epoch(), ended, RunEnd.STOPPED, null),
                    _ -> {
                        orders.accept(held, program);
                        over();
                    });
        }

        private void over() {
            onTail.remove(look);
            memory.release(id);
            taken--;
            taking = false;
            wake();
        }
    }

    private void launch(WorkOrder order, RunId run, Instant startedAt) {
        var id = order.transferId();
        leases.put(run, lease(startedAt));
        act(runners.claimed(id, order.epoch(), run, world.instant()));
        act(runners.logged(id, memory.of(id), world.instant()));
        program.later(
                world.between(50, 1_500),
                () -> {
                    program.danger("before an order is handed over");
                    if (world.chance(0.02)) {
                        on(
                                run,
                                new SandboxEvent.NotLaunched(
                                        ErrorCode.RUNNER_NOT_STARTED.error("no")));
                        return;
                    }
                    var runner =
                            new SimulatedRunner(
                                    world,
                                    network,
                                    destinations,
                                    order,
                                    run,
                                    program.name(),
                                    leases.getOrDefault(run, lease(startedAt)).heardAt(),
                                    event -> hear(run, event));
                    sandboxes.put(run, runner);
                    ever.add(runner);
                    on(run, new SandboxEvent.HandedOver(runner));
                    runner.start();
                });
    }

    private void hear(RunId run, SandboxEvent event) {
        program.later(world.between(1, 100), () -> on(run, event));
    }

    private void on(RunId run, SandboxEvent event) {
        act(runners.on(run, event, world.instant()));
    }

    private void act(List<Runners.Action> actions) {
        for (var action : actions) {
            switch (action) {
                case Runners.Action.Beat beat -> beat(beat);
                case Runners.Action.Say say -> say(say.fact());
                case Runners.Action.Stop stop -> stop.sandbox().stop(stop.cancelled());
                case Runners.Action.Kill kill -> kill.sandbox().kill();
                case Runners.Action.Forget forget -> {
                    memory.release(forget.transferId());
                    sandboxes.remove(forget.run());
                    leases.remove(forget.run());
                    taken--;
                    wake();
                }
            }
        }
    }

    private void beat(Runners.Action.Beat beat) {
        var sentAt = world.instant();
        var heartbeat = beat.heartbeat();
        Facts.tell(
                link,
                network,
                heartbeat.transferId().toString(),
                heartbeat,
                _ -> {
                    var lease = leases.get(heartbeat.run());
                    if (lease != null) {
                        lease.heard(sentAt);
                    }
                });
    }

    private static RunnerLease lease(Instant heardAt) {
        return new RunnerLease(heardAt, Settings.SELF_FENCE);
    }

    /// Twice at times: the first acknowledgement was lost.
    private void say(Finished fact) {
        var run = Objects.requireNonNull(fact.run());
        program.danger("before the end of a runner is said");
        if (world.chance(0.1)) {
            Facts.say(link, network, fact, _ -> {});
        }
        Facts.say(link, network, fact, _ -> act(runners.said(run)));
    }
}
