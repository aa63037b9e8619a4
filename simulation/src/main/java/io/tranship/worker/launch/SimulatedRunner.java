package io.tranship.worker.launch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.schemas.WorkOrder;
import io.tranship.simulation.Destinations;
import io.tranship.simulation.Facts;
import io.tranship.simulation.Link;
import io.tranship.simulation.Network;
import io.tranship.simulation.Program;
import io.tranship.simulation.Settings;
import io.tranship.simulation.World;
import io.tranship.worker.run.RunnerExit;
import io.tranship.worker.run.RunnerLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One runner as the worker's design has it, with its real lease: claims its models, writes chunk
/// by chunk through the fence, beats beside that, says how it ended, and stops when it is told to,
/// when nobody can have heard of it for too long, or when its launcher is gone.
public final class SimulatedRunner implements Sandbox, Destinations.Worker {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final World world;
    private final Program program;
    private final Link link;
    private final Network network;
    private final Destinations destinations;
    private final WorkOrder order;
    private final RunId run;
    private final String launcher;
    private final RunnerLease lease;
    private final Consumer<SandboxEvent> events;
    private final List<ModelResult> results = new ArrayList<>();
    private boolean claimed;
    private boolean worked;
    private boolean beating;
    private boolean told;
    private boolean gone;
    private @Nullable ErrorCode stopped;

    SimulatedRunner(
            World world,
            Network network,
            Destinations destinations,
            WorkOrder order,
            RunId run,
            String launcher,
            Instant heardAt,
            Consumer<SandboxEvent> events) {
        this.world = world;
        this.network = network;
        this.destinations = destinations;
        this.order = order;
        this.run = run;
        this.launcher = launcher;
        this.events = events;
        program = new Program(world, "runner of " + order.transferId());
        link = new Link(program);
        lease = new RunnerLease(heardAt, Settings.SELF_FENCE);
    }

    void start() {
        program.start();
        events.accept(new SandboxEvent.Accepted());
        beat();
        watchLease();
        program.later(world.between(50, 2_000), this::claim);
    }

    public Program program() {
        return program;
    }

    public Link link() {
        return link;
    }

    @Override
    public RunId run() {
        return run;
    }

    @Override
    public WorkOrder order() {
        return order;
    }

    @Override
    public boolean isLive(Instant now) {
        return claimed
                && !worked
                && program.isUp()
                && !program.isFrozen()
                && now.isBefore(lease.end().plus(Settings.LONGEST_CALL));
    }

    public boolean isGone() {
        return gone;
    }

    private void beat() {
        var sentAt = world.instant();
        Facts.tell(
                link,
                network,
                order.transferId().toString(),
                new Heartbeat(order.transferId(), order.epoch(), run, launcher, "host", 7),
                _ -> {
                    lease.heard(sentAt);
                    if (!beating) {
                        beating = true;
                        events.accept(new SandboxEvent.Beating());
                    }
                });
        program.later(Settings.BEAT, this::beat);
    }

    private void watchLease() {
        if (worked) {
            return;
        }
        if (lease.isOver(world.instant())) {
            stop(ErrorCode.RUNNER_SELF_FENCED);
            return;
        }
        program.later(lease.left(world.instant()).plusMillis(1), this::watchLease);
    }

    private void claim() {
        if (stopped != null) {
            return;
        }
        claimed = true;
        if (!destinations.claim(this)) {
            claimed = false;
            order.models().forEach(model -> failed(model.name(), ErrorCode.FENCE_LOST));
            end(RunEnd.COMPLETED, null);
            return;
        }
        world.tell("run %s of %s works", run, order.transferId());
        model(0);
    }

    private void model(int index) {
        if (stopped != null) {
            return;
        }
        if (index == order.models().size()) {
            end(RunEnd.COMPLETED, null);
            return;
        }
        chunk(index, 1 + world.below(4));
    }

    private void chunk(int index, int left) {
        program.later(
                world.between(200, 14_000),
                () -> {
                    if (worked || (stopped != null && world.chance(0.7))) {
                        return;
                    }
                    var name = order.models().get(index).name();
                    if (!destinations.write(this, name)) {
                        failed(name, ErrorCode.FENCE_LOST);
                        say(index);
                    } else if (left > 1) {
                        chunk(index, left - 1);
                    } else {
                        arrived(index);
                        say(index);
                    }
                });
    }

    /// The next model begins beside the acknowledgement of this one's result.
    private void say(int index) {
        Facts.say(
                link,
                network,
                new ModelFinished(order.transferId(), order.epoch(), run, results.getLast()),
                _ -> {});
        model(index + 1);
    }

    private void arrived(int index) {
        var model = order.models().get(index);
        if (world.chance(0.05)) {
            failed(model.name(), ErrorCode.SOURCE_FAILED);
            return;
        }
        var integrity =
                order.request().kind() == TransferKind.INTEGRITY
                        ? IntegrityReport.identical(5, "a", 0)
                        : null;
        results.add(
                new ModelResult(
                        model.name(),
                        model.revision(),
                        ModelResult.Outcome.SUCCESS,
                        new Receipt(
                                null,
                                "1",
                                WatermarkBasis.LOOKBACK,
                                null,
                                5,
                                5,
                                5,
                                0,
                                0,
                                0,
                                50,
                                1,
                                false),
                        integrity,
                        null,
                        world.instant(),
                        world.instant()));
    }

    private void failed(String model, ErrorCode code) {
        results.add(
                new ModelResult(
                        model,
                        1,
                        ModelResult.Outcome.FAILED,
                        null,
                        null,
                        code.error("simulated"),
                        world.instant(),
                        world.instant()));
    }

    @Override
    public long pid() {
        return 7;
    }

    @Override
    public void stop(boolean cancelled) {
        program.later(
                world.between(1, 50),
                () -> stop(cancelled ? ErrorCode.STOPPED_BY_USER : ErrorCode.RUNNER_STOPPED));
    }

    @Override
    public void kill() {
        die(137);
    }

    void launcherIsGone() {
        program.later(world.between(10, 500), () -> stop(ErrorCode.RUNNER_STOPPED));
    }

    /// Statements are cancelled and rolled back, which takes a while; at the longest the process is
    /// cut off.
    private void stop(ErrorCode cause) {
        if (stopped != null || worked) {
            return;
        }
        stopped = cause;
        var error = cause.error("simulated");
        if (world.chance(0.1)) {
            program.later(Settings.LONGEST_CALL, () -> die(RunnerExit.STOPPED_UNTOLD.code()));
        } else {
            program.later(
                    world.between(50, Settings.LONGEST_CALL.toMillis() - 100),
                    () -> end(RunEnd.STOPPED, error));
        }
    }

    private void end(RunEnd end, @Nullable TransferError error) {
        if (worked) {
            return;
        }
        worked = true;
        world.tell("run %s of %s is over: %s", run, order.transferId(), end);
        Facts.say(
                link,
                network,
                new Finished(order.transferId(), order.epoch(), run, end, error),
                _ -> {
                    told = true;
                    events.accept(new SandboxEvent.Finished());
                    program.later(world.between(50, 500), () -> die(RunnerExit.DONE.code()));
                });
        program.later(
                PATIENCE,
                () -> {
                    if (!told) {
                        die(RunnerExit.STOPPED_UNTOLD.code());
                    }
                });
    }

    /// Its process is gone.
    public void die(int code) {
        if (!gone) {
            gone = true;
            worked = true;
            program.crash();
            events.accept(new SandboxEvent.Exited(code));
        }
    }
}
