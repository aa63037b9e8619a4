package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecords;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.launch.Claim.Decision;
import io.tranship.worker.launch.Claim.Reason;
import io.tranship.worker.launch.Claim.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ClaimTest {

    private static final Target NOWHERE = new Target("d", "d", "r", List.of(), List.of());

    private final WorkOrder order = CatalogRecords.anyWorkOrder(new Random(1));
    private final Instant inTime = order.startBy().minusSeconds(1);
    private final RunId mine = new RunId(new UUID(0, 1));
    private final RunId other = new RunId(new UUID(0, 2));
    private final Dispatched dispatched = dispatched(order.epoch());
    private final CancelRequested cancel =
            new CancelRequested(order.transferId(), io.tranship.schemas.Actor.SCHEDULE);

    @Test
    void anOrderThatTheLogShowsAsDispatchedIsTaken() {
        assertThat(decide(dispatched)).isEqualTo(new Decision.Take());
    }

    @Test
    void anOrderWaitsForTheLogToBeKnown() {
        assertThat(Claim.onOrder(order, fold(dispatched), false, inTime))
                .isEqualTo(new Decision.WaitForTail());
    }

    @Test
    void anOrderThatOvertakesItsDispatchWaits() {
        assertThat(decide()).isEqualTo(new Decision.WaitForTail());
    }

    @Test
    void anOrderAfterItsTimeIsDropped() {
        assertThat(Claim.onOrder(order, fold(dispatched), true, order.startBy()))
                .isEqualTo(new Decision.Drop(Reason.TOO_LATE));
    }

    @Test
    void anOrderThatAnotherOneTookIsDropped() {
        assertThat(decide(dispatched, started(other)))
                .isEqualTo(new Decision.Drop(Reason.ALREADY_TAKEN));
    }

    @Test
    void anOrderOfAnotherEpochIsDropped() {
        assertThat(decide(dispatched(order.epoch() + 1)))
                .isEqualTo(new Decision.Drop(Reason.OTHER_EPOCH));
    }

    @Test
    void anOrderWhoseTransferIsOverIsDropped() {
        var end =
                new Finished(
                        order.transferId(),
                        order.epoch(),
                        null,
                        io.tranship.schemas.RunEnd.NOT_STARTED,
                        null);

        assertThat(decide(dispatched, end)).isEqualTo(new Decision.Drop(Reason.ENDED));
    }

    @Test
    void anOrderThatWasCancelledBeforeItsStartIsEndedWithoutARun() {
        assertThat(decide(cancel, dispatched)).isEqualTo(new Decision.EndAsStopped());
        assertThat(decide(dispatched, cancel)).isEqualTo(new Decision.EndAsStopped());
    }

    @Test
    void onlyTheFirstStartedRuns() {
        assertThat(verdict(dispatched, started(mine), started(other))).isEqualTo(Verdict.RUN);
        assertThat(verdict(dispatched, started(other), started(mine))).isEqualTo(Verdict.DROP);
    }

    @Test
    void aStartThatACancelOvertookIsEndedBeforeItBegins() {
        assertThat(verdict(dispatched, cancel, started(mine))).isEqualTo(Verdict.END_AS_STOPPED);
        assertThat(verdict(dispatched, started(mine), cancel)).isEqualTo(Verdict.END_AS_STOPPED);
    }

    @Test
    void aStartAfterTheEndRunsNothing() {
        var end =
                new Finished(
                        order.transferId(),
                        order.epoch(),
                        null,
                        io.tranship.schemas.RunEnd.NOT_STARTED,
                        null);

        assertThat(verdict(dispatched, end, started(mine))).isEqualTo(Verdict.DROP);
    }

    /// Twins: both decide on what they have read so far, both say Started; the log has one order.
    @SeededTest(tries = 500)
    void ofAnyNumberOfLaunchersAtMostOneRunsAnOrder(RandomGenerator random) {
        var log = new ArrayList<TransferFact>(List.of(dispatched));
        if (random.nextInt(3) == 0) {
            log.add(cancel);
        }
        var runs = new ArrayList<RunId>();
        for (var launcher = 0; launcher < 4; launcher++) {
            var seen = log.subList(0, 1 + random.nextInt(log.size()));
            if (Claim.onOrder(order, fold(seen), true, inTime) instanceof Decision.Take) {
                var run = new RunId(new UUID(1, launcher));
                log.add(started(run));
                runs.add(run);
            }
            if (random.nextInt(5) == 0) {
                log.add(cancel);
            }
        }

        var running =
                runs.stream()
                        .filter(run -> Claim.afterStarted(run, fold(log), true) == Verdict.RUN)
                        .toList();

        assertThat(running).hasSizeLessThanOrEqualTo(1);
        if (!log.contains(cancel)) {
            assertThat(running).hasSize(1);
        }
    }

    @SeededTest(tries = 300)
    void nothingIsTakenThatTheLogDoesNotShowAsOpen(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        var state = fold(log);

        if (Claim.onOrder(order, state, true, inTime) instanceof Decision.Take) {
            assertThat(state.end()).isNull();
            assertThat(state.started()).isNull();
            assertThat(state.cancelRequested()).isFalse();
        }
    }

    private Decision decide(TransferFact... log) {
        return Claim.onOrder(order, fold(log), true, inTime);
    }

    private Verdict verdict(TransferFact... log) {
        return Claim.afterStarted(mine, fold(log), true);
    }

    private Dispatched dispatched(long epoch) {
        return new Dispatched(order.transferId(), epoch, NOWHERE, List.of(), order.startBy());
    }

    private Started started(RunId run) {
        return new Started(order.transferId(), order.epoch(), run, "launcher", "host");
    }

    private static TransferState fold(TransferFact... log) {
        return fold(List.of(log));
    }

    private static TransferState fold(List<TransferFact> log) {
        var state = TransferState.EMPTY;
        for (var fact : log) {
            state = state.after(fact);
        }
        return state;
    }
}
