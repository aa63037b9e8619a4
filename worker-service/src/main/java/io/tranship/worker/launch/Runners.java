package io.tranship.worker.launch;

import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The runs of this launcher, from the claim to the end in the log: who speaks for a run, who stops
/// it, and who says how it ended.
///
/// Does nothing outside: each method returns what is to be done. Used by one thread.
final class Runners {

    /// To be done outside.
    sealed interface Action {
        record Beat(Heartbeat heartbeat) implements Action {}

        record Say(Finished fact) implements Action {}

        record Stop(Sandbox sandbox, boolean cancelled) implements Action {}

        record Kill(Sandbox sandbox) implements Action {}

        /// All is said and the process is gone: its room is free.
        record Forget(TransferId transferId, RunId run) implements Action {}
    }

    /// What an operator sees of one runner.
    record View(TransferId transferId, long epoch, RunId run, long pid, Instant since) {}

    /// A process whose work is over is in nobody's way: one that records an AOT cache takes a
    /// while.
    private static final Duration IDLE_MAX = Duration.ofMinutes(2);

    /// A launcher speaks for a runner that has its transfer for this long: then one that never says
    /// a word counts as silent.
    private static final Duration SPEAKS_MAX = Duration.ofMinutes(1);

    private final String launcher;
    private final String host;
    private final Duration killDeadline;
    private final Map<RunId, Runner> runners = new LinkedHashMap<>();

    private static final class Runner {
        final TransferId transferId;
        final long epoch;
        final RunId run;
        final Instant since;
        @Nullable Sandbox sandbox;
        @Nullable Instant handedAt;
        boolean accepted;
        boolean beating;
        boolean killed;
        @Nullable Instant stoppedAt;
        boolean cancelled;

        /// Its end is in the log.
        boolean ended;

        /// It said that itself: its work is over, and only its process is left.
        boolean idle;

        /// Its end, which this launcher has to say, as the runner is gone.
        @Nullable Finished toSay;

        /// `toSay` is on its way.
        boolean sent;

        Runner(TransferId transferId, long epoch, RunId run, Instant since) {
            this.transferId = transferId;
            this.epoch = epoch;
            this.run = run;
            this.since = since;
        }
    }

    Runners(String launcher, String host, Duration killDeadline) {
        this.launcher = launcher;
        this.host = host;
        this.killDeadline = killDeadline;
    }

    /// Started is in the log, and it is this launcher's.
    List<Action> claimed(TransferId transferId, long epoch, RunId run, Instant now) {
        var runner = new Runner(transferId, epoch, run, now);
        runners.put(run, runner);
        return List.of(beat(runner));
    }

    List<Action> on(RunId run, SandboxEvent event, Instant now) {
        var runner = runners.get(run);
        if (runner == null || runner.toSay != null) {
            return List.of();
        }
        return switch (event) {
            case SandboxEvent.HandedOver handed -> {
                runner.sandbox = handed.sandbox();
                runner.handedAt = now;
                yield runner.stoppedAt == null
                        ? List.of()
                        : List.of(new Action.Stop(handed.sandbox(), runner.cancelled));
            }
            case SandboxEvent.Accepted _ -> {
                runner.accepted = true;
                yield List.of();
            }
            case SandboxEvent.Beating _ -> {
                runner.beating = true;
                yield List.of();
            }
            case SandboxEvent.Finished _ -> {
                runner.ended = true;
                runner.idle = true;
                yield List.of();
            }
            case SandboxEvent.NotLaunched failed ->
                    gone(runner, new Evidence(RunEnd.NOT_STARTED, failed.error()));
            case SandboxEvent.Exited exited ->
                    gone(runner, Evidence.ofExit(exited.code(), runner.accepted, runner.killed));
        };
    }

    /// The log shows `state` for a transfer.
    List<Action> logged(TransferId transferId, TransferState state, Instant now) {
        var actions = new ArrayList<Action>();
        for (var runner : List.copyOf(runners.values())) {
            if (!runner.transferId.equals(transferId)) {
                continue;
            }
            runner.ended |= state.end() != null;
            if (runner.ended && runner.toSay != null) {
                actions.addAll(forget(runner));
            } else if (isOwnEnd(state, runner)) {
                runner.idle = true;
                runner.stoppedAt = runner.stoppedAt == null ? now : runner.stoppedAt;
            } else if (state.end() != null || state.cancelRequested()) {
                actions.addAll(stop(runner, true, now));
            }
        }
        return actions;
    }

    /// It said its end, so it ends by itself.
    private static boolean isOwnEnd(TransferState state, Runner runner) {
        return state.end() instanceof Finished end && runner.run.equals(end.run());
    }

    /// The launcher itself ends: so does every runner.
    List<Action> stopAll(Instant now) {
        var actions = new ArrayList<Action>();
        runners.values().forEach(runner -> actions.addAll(stop(runner, false, now)));
        return actions;
    }

    /// An end that [Action.Say] asked for is in the log.
    List<Action> said(RunId run) {
        var runner = runners.get(run);
        return runner == null ? List.of() : forget(runner);
    }

    /// It did not get through; [#overdue] asks again.
    void notSaid(RunId run) {
        var runner = runners.get(run);
        if (runner != null) {
            runner.sent = false;
        }
    }

    /// Heartbeats for the runs whose runner does not beat yet.
    List<Action> beats(Instant now) {
        return runners.values().stream()
                .filter(r -> !r.beating && !r.ended && r.toSay == null)
                .filter(r -> r.handedAt == null || now.isBefore(r.handedAt.plus(SPEAKS_MAX)))
                .map(this::beat)
                .toList();
    }

    /// What has waited too long: an end that is not said, a runner that does not stop.
    List<Action> overdue(Instant now) {
        var actions = new ArrayList<Action>();
        for (var runner : runners.values()) {
            if (runner.toSay != null && !runner.sent) {
                runner.sent = true;
                actions.add(new Action.Say(runner.toSay));
            }
            if (runner.toSay == null
                    && runner.sandbox != null
                    && runner.stoppedAt != null
                    && !now.isBefore(
                            runner.stoppedAt.plus(runner.idle ? IDLE_MAX : killDeadline))) {
                runner.killed = true;
                actions.add(new Action.Kill(runner.sandbox));
            }
        }
        return actions;
    }

    int count() {
        return runners.size();
    }

    List<View> view() {
        return runners.values().stream()
                .map(r ->
                        new View(
                                r.transferId,
                                r.epoch,
                                r.run,
                                r.sandbox == null ? 0 : r.sandbox.pid(),
                                r.since))
                .toList();
    }

    /// A runner that has none yet is stopped as soon as it is there.
    private List<Action> stop(Runner runner, boolean cancelled, Instant now) {
        if (runner.stoppedAt != null || runner.toSay != null) {
            return List.of();
        }
        runner.stoppedAt = now;
        runner.cancelled = cancelled;
        return runner.sandbox == null
                ? List.of()
                : List.of(new Action.Stop(runner.sandbox, cancelled));
    }

    private List<Action> gone(Runner runner, Evidence evidence) {
        if (runner.ended) {
            return forget(runner);
        }
        runner.toSay =
                new Finished(
                        runner.transferId,
                        runner.epoch,
                        runner.run,
                        evidence.end(),
                        evidence.error());
        runner.sent = true;
        return List.of(new Action.Say(runner.toSay));
    }

    private List<Action> forget(Runner runner) {
        runners.remove(runner.run);
        return List.of(new Action.Forget(runner.transferId, runner.run));
    }

    private Action beat(Runner runner) {
        return new Action.Beat(
                new Heartbeat(runner.transferId, runner.epoch, runner.run, launcher, host, 0));
    }
}
