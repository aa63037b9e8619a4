package io.tranship.worker.launch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.run.Handover;
import io.tranship.worker.run.Lease;
import io.tranship.worker.run.LogPublisher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// Turns [Runners]: whatever happens to a run comes through one queue to one thread, and what
/// follows from it is done here.
final class RunnerLoop implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RunnerLoop.class.getName());
    private static final Duration STEP = Duration.ofMillis(250);

    private final LauncherSettings settings;
    private final LogPublisher publisher;
    private final LaunchMode mode;
    private final SecretStore secrets;
    private final Function<TransferId, TransferState> log;
    private final Consumer<TransferId> forgotten;
    private final LaunchMetrics metrics;
    private final InstantSource clock;
    private final Runners runners;
    private final Semaphore room;

    /// When this launcher was last heard of for a run.
    private final Map<RunId, Lease> leases = new ConcurrentHashMap<>();

    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile List<Runners.View> view = List.of();
    private volatile Instant tickedAt;
    private volatile boolean draining;
    private volatile boolean closed;
    private Instant nextBeat = Instant.MIN;

    /// @param log what the log shows of a transfer
    /// @param forgotten hears of each transfer that is over here
    RunnerLoop(
            LauncherSettings settings,
            LogPublisher publisher,
            LaunchMode mode,
            SecretStore secrets,
            Function<TransferId, TransferState> log,
            Consumer<TransferId> forgotten,
            LaunchMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.publisher = publisher;
        this.mode = mode;
        this.secrets = secrets;
        this.log = log;
        this.forgotten = forgotten;
        this.metrics = metrics;
        this.clock = clock;
        this.runners =
                new Runners(settings.launcher(), settings.host(), settings.times().killDeadline());
        this.room = new Semaphore(settings.room());
        this.tickedAt = clock.instant();
        this.thread = Thread.ofPlatform().name("runners").daemon().unstarted(this::run);
        metrics.gauge("tranship.room", this::capacity);
        metrics.gauge("tranship.running", () -> view.size());
    }

    void start() {
        thread.start();
    }

    boolean takeRoom(Duration limit) throws InterruptedException {
        if (!takesOrders()) {
            Thread.sleep(limit);
            return false;
        }
        return room.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    void giveRoomBack() {
        room.release();
    }

    /// Launches beside everything else; room was taken for it.
    void launch(WorkOrder order, RunId run, Instant startedAt) {
        queue.add(() -> {
            leases.put(run, lease(startedAt));
            act(runners.claimed(order.transferId(), order.epoch(), run, clock.instant()));
            // What the log said before the claim was known here went by unheard.
            var id = order.transferId();
            act(runners.logged(id, log.apply(id), clock.instant()));
            Thread.ofVirtual()
                    .name("launch-" + order.transferId())
                    .start(() -> launchOrSayWhy(order, run, startedAt));
        });
    }

    /// What the log shows of one of its transfers.
    void logged(TransferId transferId, TransferState state) {
        queue.add(() -> act(runners.logged(transferId, state, clock.instant())));
    }

    /// Announces that there is no room any more.
    void drain() {
        draining = true;
        queue.add(this::announce);
    }

    /// Not while this launcher drains, or its runners do not start.
    boolean takesOrders() {
        return !draining && mode.isAble();
    }

    void stopAll() {
        queue.add(() -> act(runners.stopAll(clock.instant())));
    }

    boolean isEmpty() {
        return room.availablePermits() == settings.room();
    }

    List<Runners.View> view() {
        return view;
    }

    Instant tickedAt() {
        return tickedAt;
    }

    private int capacity() {
        return takesOrders() ? settings.room() : 0;
    }

    /// Whatever goes wrong in a launch is told: nobody else would end a run that never began.
    private void launchOrSayWhy(WorkOrder order, RunId run, Instant startedAt) {
        Consumer<SandboxEvent> events =
                event -> queue.add(() -> on(order.transferId(), run, event));
        try {
            handOver(order, run, startedAt, events);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "event=launch_failed", e);
            events.accept(
                    new SandboxEvent.NotLaunched(
                            ErrorCode.RUNNER_NOT_STARTED.error(
                                    "its launcher failed (%s); see the launcher's log"
                                            .formatted(e.getClass().getSimpleName()))));
        }
    }

    private void handOver(
            WorkOrder order, RunId run, Instant startedAt, Consumer<SandboxEvent> events) {
        var passwords = secrets.resolve(order);
        switch (passwords) {
            case SecretStore.Resolved.Missing missing ->
                    events.accept(new SandboxEvent.NotLaunched(missing.error()));
            case SecretStore.Resolved.Passwords found ->
                    mode.launch(order, () -> handover(order, run, found.byId(), startedAt), events);
        }
    }

    /// The lease of a run goes on from the launcher's heartbeats for it.
    private Handover handover(
            WorkOrder order, RunId run, Map<String, String> passwords, Instant startedAt) {
        return new Handover(
                order,
                run,
                settings.launcher(),
                settings.host(),
                passwords,
                settings.runnerTimes(),
                settings.rowsPerChunk(),
                leases.getOrDefault(run, lease(startedAt)).heardAt());
    }

    private Lease lease(Instant heardAt) {
        return new Lease(heardAt, settings.runnerTimes().selfFence());
    }

    private void on(TransferId transferId, RunId run, SandboxEvent event) {
        switch (event) {
            case SandboxEvent.HandedOver _ -> metrics.launch(true);
            case SandboxEvent.NotLaunched _ -> metrics.launch(false);
            case SandboxEvent.Exited exited ->
                    LOG.log(
                            System.Logger.Level.INFO,
                            "event=runner_exited transferId={0} run={1} code={2}",
                            transferId,
                            run,
                            exited.code());
            case SandboxEvent.Accepted _, SandboxEvent.Beating _, SandboxEvent.Finished _ -> {}
        }
        act(runners.on(run, event, clock.instant()));
    }

    private void run() {
        while (!closed) {
            try {
                var next = queue.poll(STEP.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    next.run();
                }
                tick(clock.instant());
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "event=runner_loop_failed", e);
            }
        }
    }

    private void tick(Instant now) {
        tickedAt = now;
        act(runners.overdue(now));
        if (!now.isBefore(nextBeat)) {
            nextBeat = now.plus(settings.times().beat());
            act(runners.beats(now));
            announce();
        }
        view = runners.view();
    }

    private void announce() {
        var _ =
                publisher.tell(
                        new LauncherRoom(
                                settings.launcher(), settings.host(), capacity(), runners.count()));
    }

    private void act(List<Runners.Action> actions) {
        for (var action : actions) {
            switch (action) {
                case Runners.Action.Beat beat -> beat(beat.heartbeat());
                case Runners.Action.Say say -> say(say.fact());
                case Runners.Action.Stop stop -> stop.sandbox().stop(stop.cancelled());
                case Runners.Action.Kill kill -> kill.sandbox().kill();
                case Runners.Action.Forget forget -> {
                    leases.remove(forget.run());
                    forgotten.accept(forget.transferId());
                    room.release();
                }
            }
        }
    }

    private void beat(Heartbeat heartbeat) {
        var sentAt = clock.instant();
        var _ =
                publisher
                        .tell(heartbeat)
                        .thenRun(() -> queue.add(() -> heard(heartbeat.run(), sentAt)));
    }

    private void heard(RunId run, Instant sentAt) {
        leases.computeIfPresent(run, (_, lease) -> lease.heard(sentAt));
    }

    private void say(Finished fact) {
        metrics.runnerEnd(fact.end().name());
        LOG.log(
                System.Logger.Level.WARNING,
                () ->
                        "event=run_ended_for_runner transferId=%s epoch=%d run=%s end=%s"
                                .formatted(
                                        fact.transferId(), fact.epoch(), fact.run(), fact.end()));
        var run = Objects.requireNonNull(fact.run());
        var _ =
                publisher
                        .say(fact)
                        .whenComplete((_, trouble) ->
                                queue.add(() -> {
                                    if (trouble == null) {
                                        act(runners.said(run));
                                    } else {
                                        runners.notSaid(run);
                                    }
                                }));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
