package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Actor;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import io.tranship.worker.launch.Runners.Action;
import io.tranship.worker.run.RunnerExit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RunnersTest {

    private static final Instant T0 = Instant.parse("2026-11-23T00:00:00Z");
    private static final int SIGKILL = 137;

    private final Runners runners = new Runners("launcher-1", "host-1", Duration.ofSeconds(20));
    private final TransferId transfer = new TransferId(new UUID(0, 1));
    private final RunId run = new RunId(new UUID(0, 2));
    private final Box box = new Box(4711);
    private final TransferState cancelled =
            TransferState.EMPTY.after(new CancelRequested(transfer, Actor.SCHEDULE));

    private record Box(long pid) implements Sandbox {
        @Override
        public void stop(boolean cancelled) {}

        @Override
        public void kill() {}
    }

    @Test
    void theLauncherBeatsUntilItsRunnerDoes() {
        assertThat(runners.claimed(transfer, 7, run, T0))
                .singleElement()
                .isInstanceOf(Action.Beat.class);
        runners.on(run, new SandboxEvent.HandedOver(box), T0);
        runners.on(run, new SandboxEvent.Accepted(), T0);
        assertThat(runners.beats(T0)).singleElement().isInstanceOf(Action.Beat.class);

        runners.on(run, new SandboxEvent.Beating(), T0);

        assertThat(runners.beats(T0)).isEmpty();
    }

    @Test
    void aRunnerThatDiesIsSaidToHaveDiedAtOnce() {
        running();

        var actions = runners.on(run, new SandboxEvent.Exited(SIGKILL), T0);

        var end = said(actions);
        assertThat(end.end()).isEqualTo(RunEnd.DIED);
        assertThat(end.run()).isEqualTo(run);
        assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_DIED.code());
        assertThat(end.error().message()).contains("SIGKILL");
    }

    @Test
    void aFullHeapIsNamed() {
        running();

        var end =
                said(runners.on(run, new SandboxEvent.Exited(RunnerExit.OUT_OF_MEMORY.code()), T0));

        assertThat(end.error().code()).isEqualTo(ErrorCode.RUNNER_OUT_OF_MEMORY.code());
    }

    @Test
    void aRunnerWhoseEndIsInTheLogIsForgottenSilently() {
        running();
        runners.on(run, new SandboxEvent.Finished(), T0);

        assertThat(runners.on(run, new SandboxEvent.Exited(SIGKILL), T0))
                .containsExactly(new Action.Forget(transfer, run));
        assertThat(runners.count()).isZero();
    }

    @Test
    void aRunnerThatCannotStartIsNotStarted() {
        runners.claimed(transfer, 7, run, T0);
        var error = ErrorCode.RUNNER_NOT_STARTED.error("no java");

        var end = said(runners.on(run, new SandboxEvent.NotLaunched(error), T0));

        assertThat(end.end()).isEqualTo(RunEnd.NOT_STARTED);
        assertThat(end.error()).isEqualTo(error);
    }

    @Test
    void aRunnerThatEndsBeforeItReadItsTransferIsNotStarted() {
        runners.claimed(transfer, 7, run, T0);
        runners.on(run, new SandboxEvent.HandedOver(box), T0);

        assertThat(said(runners.on(run, new SandboxEvent.Exited(1), T0)).end())
                .isEqualTo(RunEnd.NOT_STARTED);
    }

    @Test
    void anEndThatDoesNotGetThroughIsSaidAgain() {
        running();
        runners.on(run, new SandboxEvent.Exited(SIGKILL), T0);
        assertThat(runners.overdue(T0)).isEmpty();

        runners.notSaid(run);

        assertThat(runners.overdue(T0)).singleElement().isInstanceOf(Action.Say.class);
        assertThat(runners.overdue(T0)).isEmpty();
        assertThat(runners.count()).isEqualTo(1);
        assertThat(runners.said(run)).containsExactly(new Action.Forget(transfer, run));
    }

    @Test
    void aCancelStopsTheRunnerAndKillsItAfterTheDeadline() {
        running();

        assertThat(runners.logged(transfer, cancelled, T0))
                .containsExactly(new Action.Stop(box, true));
        assertThat(runners.logged(transfer, cancelled, T0)).isEmpty();
        assertThat(runners.overdue(T0.plusMillis(19_999))).isEmpty();
        assertThat(runners.overdue(T0.plusSeconds(20))).containsExactly(new Action.Kill(box));
    }

    @Test
    void aCancelThatComesDuringTheLaunchStopsTheRunnerAsSoonAsItIsThere() {
        runners.claimed(transfer, 7, run, T0);
        assertThat(runners.logged(transfer, cancelled, T0)).isEmpty();

        assertThat(runners.on(run, new SandboxEvent.HandedOver(box), T0))
                .containsExactly(new Action.Stop(box, true));
    }

    @Test
    void aFinalFactStopsTheRunnerWhoeverSaidIt() {
        running();
        var over =
                TransferState.EMPTY.after(
                        new io.tranship.schemas.TransferFact.Rejected(
                                transfer, ErrorCode.INTERNAL_ERROR.error("x")));

        assertThat(runners.logged(transfer, over, T0)).containsExactly(new Action.Stop(box, true));
        assertThat(runners.on(run, new SandboxEvent.Exited(SIGKILL), T0))
                .containsExactly(new Action.Forget(transfer, run));
    }

    @Test
    void aRunnerThatSaidItsEndIsLeftToExit() {
        running();
        var over =
                TransferState.EMPTY
                        .after(
                                new Dispatched(
                                        transfer,
                                        7,
                                        new Target("", "", "", List.of(), List.of()),
                                        List.of(),
                                        T0))
                        .after(new Started(transfer, 7, run, "launcher-1", "host-1"))
                        .after(new Finished(transfer, 7, run, RunEnd.COMPLETED, null));

        assertThat(runners.logged(transfer, over, T0)).isEmpty();
        assertThat(runners.overdue(T0.plusSeconds(119))).isEmpty();
        assertThat(runners.overdue(T0.plusSeconds(120))).containsExactly(new Action.Kill(box));
    }

    @Test
    void aRunnerThatNeverSaysAWordIsSpokenForOnlyAMinute() {
        runners.claimed(transfer, 7, run, T0);
        assertThat(runners.beats(T0.plusSeconds(100))).hasSize(1);
        runners.on(run, new SandboxEvent.HandedOver(box), T0.plusSeconds(100));

        assertThat(runners.beats(T0.plusSeconds(159))).hasSize(1);
        assertThat(runners.beats(T0.plusSeconds(160))).isEmpty();
    }

    @Test
    void aLauncherThatEndsStopsAllItsRunners() {
        running();

        assertThat(runners.stopAll(T0)).containsExactly(new Action.Stop(box, false));
    }

    /// Whatever happens in whatever order: once the process is gone, its end is said or known, and
    /// its room is given back exactly once.
    @SeededTest(tries = 1000)
    void noRunIsForgottenWithoutAnEnd(RandomGenerator random) {
        var core = new Runners("l", "h", Duration.ofSeconds(20));
        core.claimed(transfer, 7, run, T0);
        var actions = new ArrayList<Action>();
        var known = false;
        var gone = false;
        for (var step = 0; step < 30; step++) {
            switch (random.nextInt(8)) {
                case 0 -> actions.addAll(core.on(run, new SandboxEvent.HandedOver(box), T0));
                case 1 -> actions.addAll(core.on(run, new SandboxEvent.Accepted(), T0));
                case 2 -> actions.addAll(core.on(run, new SandboxEvent.Beating(), T0));
                case 3 -> {
                    known |= !gone;
                    actions.addAll(
                            gone ? List.of() : core.on(run, new SandboxEvent.Finished(), T0));
                }
                case 4 -> actions.addAll(core.logged(transfer, cancelled, T0));
                case 5 -> actions.addAll(core.overdue(T0.plusSeconds(step)));
                case 6 -> core.notSaid(run);
                default -> actions.addAll(core.beats(T0));
            }
            if (!gone && random.nextInt(15) == 0) {
                gone = true;
                actions.addAll(core.on(run, new SandboxEvent.Exited(random.nextInt(140)), T0));
            }
        }
        if (!gone) {
            actions.addAll(core.on(run, new SandboxEvent.Exited(SIGKILL), T0));
        }
        core.notSaid(run);
        actions.addAll(core.overdue(T0));
        actions.addAll(core.said(run));

        assertThat(actions.stream().filter(Action.Forget.class::isInstance)).hasSize(1);
        assertThat(actions.stream().anyMatch(Action.Say.class::isInstance)).isEqualTo(!known);
        assertThat(core.count()).isZero();
    }

    private void running() {
        runners.claimed(transfer, 7, run, T0);
        runners.on(run, new SandboxEvent.HandedOver(box), T0);
        runners.on(run, new SandboxEvent.Accepted(), T0);
        runners.on(run, new SandboxEvent.Beating(), T0);
    }

    private static Finished said(List<Action> actions) {
        assertThat(actions).singleElement().isInstanceOf(Action.Say.class);
        return ((Action.Say) actions.getFirst()).fact();
    }
}
