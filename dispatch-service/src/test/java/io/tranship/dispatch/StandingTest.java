package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Actor;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final TransferId ID = new TransferId(new UUID(1, 1));
    private static final RunId FIRST = new RunId(new UUID(2, 1));
    private static final RunId SECOND = new RunId(new UUID(2, 2));
    private static final Standing QUEUED = new Standing.Queued(TransferKind.TRANSFER, 0, null);
    private static final Standing DISPATCHED =
            new Standing.Running(TransferKind.TRANSFER, 7, null, true, null);
    private static final Standing OVER = new Standing.Over(TransferKind.TRANSFER, false);

    @Test
    void theEndOfTheFirstStartedRunGivesItsSlotsBack() {
        assertThat(after(DISPATCHED, started(FIRST), finished(7, FIRST))).isEqualTo(OVER);
    }

    @Test
    void theEndOfAnotherRunGivesNothingBack() {
        var running = after(DISPATCHED, started(FIRST), started(SECOND));

        assertThat(running.after(finished(7, SECOND))).isEqualTo(running);
        assertThat(running.after(finished(7, null))).isEqualTo(running);
    }

    @Test
    void theEndOfAnotherEpochGivesNothingBack() {
        assertThat(DISPATCHED.after(finished(6, null))).isEqualTo(DISPATCHED);
        assertThat(DISPATCHED.after(new Orphaned(ID, 6))).isEqualTo(DISPATCHED);
    }

    @Test
    void anOrderThatNobodyTookGivesItsSlotsBack() {
        assertThat(DISPATCHED.after(finished(7, null))).isEqualTo(OVER);
    }

    @Test
    void silenceGivesSlotsBack() {
        assertThat(after(DISPATCHED, started(FIRST), new Orphaned(ID, 7))).isEqualTo(OVER);
    }

    /// Slots follow the runner, never the status.
    @Test
    void aFinalStatusGivesNothingBack() {
        assertThat(after(DISPATCHED, started(FIRST), new Cancelled(ID), new Expired(ID)))
                .isEqualTo(after(DISPATCHED, started(FIRST)));
    }

    /// The launcher finds the final fact first and drops the order; nobody would ever tell its end.
    @Test
    void aFinalFactBeforeTheDispatchInTheLogGivesSlotsBack() {
        var granted = new Standing.Running(TransferKind.TRANSFER, 7, null, false, null);

        assertThat(after(granted, new Expired(ID), dispatched(7))).isEqualTo(OVER);
        assertThat(after(granted, new Cancelled(ID))).isEqualTo(OVER);
        assertThat(after(granted, dispatched(7), new Expired(ID))).isEqualTo(DISPATCHED);
    }

    @Test
    void aCancelWithdrawsWhatWaits() {
        assertThat(QUEUED.after(new CancelRequested(ID, Actor.SCHEDULE)))
                .isEqualTo(new Standing.Over(TransferKind.TRANSFER, true));
    }

    @Test
    void aCancelLeavesWhatWasDispatchedToItsLauncher() {
        assertThat(DISPATCHED.after(new CancelRequested(ID, Actor.SCHEDULE))).isEqualTo(DISPATCHED);
    }

    @Test
    void whatExpiredLeavesTheQueue() {
        assertThat(QUEUED.after(new Expired(ID))).isEqualTo(OVER);
    }

    @Test
    void aRestoredDatabaseLearnsOfADispatch() {
        assertThat(after(QUEUED, dispatched(7), started(FIRST), finished(7, FIRST)))
                .isEqualTo(OVER);
        assertThat(after(DISPATCHED, dispatched(5)))
                .as("the first of two dispatches is the one that counts")
                .isEqualTo(new Standing.Running(TransferKind.TRANSFER, 5, null, true, null));
        assertThat(DISPATCHED.after(dispatched(8))).isEqualTo(DISPATCHED);
    }

    @SeededTest(tries = 500)
    void aFactAlreadyKnownChangesNothing(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        Standing standing = new Standing.Unknown();
        for (var fact : log) {
            standing = standing.after(fact);
        }
        var known = log.get(random.nextInt(log.size()));

        assertThat(standing.after(known)).isEqualTo(standing);
    }

    private static Standing after(Standing standing, TransferFact... facts) {
        return List.of(facts).stream().reduce(standing, Standing::after, (_, last) -> last);
    }

    private static Started started(RunId run) {
        return new Started(ID, 7, run, "launcher", "host");
    }

    private static Finished finished(long epoch, @Nullable RunId run) {
        return new Finished(
                ID, epoch, run, run == null ? RunEnd.NOT_STARTED : RunEnd.COMPLETED, null);
    }

    private static Dispatched dispatched(long epoch) {
        return new Dispatched(
                ID,
                epoch,
                new Target("d", "d", "r", List.of("s"), List.of("m")),
                List.of(),
                Instant.EPOCH);
    }
}
