package io.tranship.schemas;

import static io.tranship.schemas.TransferStatus.CANCELLED;
import static io.tranship.schemas.TransferStatus.ERROR;
import static io.tranship.schemas.TransferStatus.EXPIRED;
import static io.tranship.schemas.TransferStatus.KILLED;
import static io.tranship.schemas.TransferStatus.ORPHANED;
import static io.tranship.schemas.TransferStatus.PARTIAL_FAILURE;
import static io.tranship.schemas.TransferStatus.PENDING;
import static io.tranship.schemas.TransferStatus.RUNNING;
import static io.tranship.schemas.TransferStatus.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The nine statuses, and the rules between them, each by an example.
class TransferStateTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final TransferId ID = new TransferId(new UUID(1, 1));
    private static final RunId FIRST = new RunId(new UUID(2, 1));
    private static final RunId SECOND = new RunId(new UUID(2, 2));

    private static final TransferFact REQUESTED = requested(TransferKind.TRANSFER);
    private static final TransferFact BLOCKED = new Blocked(ID, 1, "destination:d", 1);
    private static final TransferFact DISPATCHED = dispatched(7);
    private static final TransferFact STARTED = started(FIRST);
    private static final TransferFact CANCEL = new CancelRequested(ID, new Actor("user", "u"));
    private static final TransferFact A_ARRIVED = arrived(FIRST, "a");
    private static final TransferFact B_ARRIVED = arrived(FIRST, "b");
    private static final TransferFact B_FAILED = failed(FIRST, "b");
    private static final TransferFact COMPLETED = finished(FIRST, RunEnd.COMPLETED);

    @Test
    void aTransferIsPendingUntilItIsTaken() {
        assertThat(status(REQUESTED)).isEqualTo(PENDING);
        assertThat(status(REQUESTED, BLOCKED)).isEqualTo(PENDING);
        assertThat(status(REQUESTED, BLOCKED, DISPATCHED)).isEqualTo(PENDING);
        assertThat(status()).isEqualTo(PENDING);
    }

    @Test
    void aTransferThatWasTakenIsRunning() {
        assertThat(status(REQUESTED, DISPATCHED, STARTED)).isEqualTo(RUNNING);
        assertThat(status(REQUESTED, DISPATCHED, STARTED, A_ARRIVED, B_ARRIVED)).isEqualTo(RUNNING);
        assertThat(status(REQUESTED, DISPATCHED, STARTED, CANCEL)).isEqualTo(RUNNING);
    }

    @Test
    void allModelsArrivedIsSuccess() {
        var state = run(A_ARRIVED, B_ARRIVED, COMPLETED);

        assertThat(state.status()).isEqualTo(SUCCESS);
        assertThat(state.error()).isNull();
    }

    @Test
    void successNeedsAReceiptForEveryModel() {
        assertThat(run(A_ARRIVED, COMPLETED).status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(run(A_ARRIVED, COMPLETED).failedModels()).containsExactly("b");
        assertThat(run(COMPLETED).status()).isEqualTo(ERROR);
        assertThat(run(A_ARRIVED, result(FIRST, "b", Outcome.SUCCESS, null), COMPLETED).status())
                .isEqualTo(PARTIAL_FAILURE);
        assertThat(run(A_ARRIVED, result(FIRST, "b", Outcome.SKIPPED, null), COMPLETED).status())
                .isEqualTo(PARTIAL_FAILURE);
        assertThat(
                        run(
                                        A_ARRIVED,
                                        result(FIRST, "b", Outcome.SUCCESS, receipt(10, 9)),
                                        COMPLETED)
                                .status())
                .isEqualTo(PARTIAL_FAILURE);
        assertThat(run(A_ARRIVED, arrived(SECOND, "b"), COMPLETED).status())
                .isEqualTo(PARTIAL_FAILURE);
        assertThat(run(A_ARRIVED, COMPLETED).error())
                .isEqualTo(
                        ErrorCode.RECEIPT_UNBALANCED.error(
                                "model b has no result that proves its arrival; ask for a transfer of it again"));
    }

    @Test
    void anOrderWithoutModelsIsNoSuccess() {
        var nothing = new Dispatched(ID, 7, target(), List.of(), NOON);
        var state = fold(REQUESTED, nothing, STARTED, COMPLETED);

        assertThat(state.status()).isEqualTo(ERROR);
        assertThat(state.error()).extracting(TransferError::blame).isEqualTo(Blame.CONFIGURATION);
    }

    @Test
    void someModelsFailedIsAPartialFailureAndAllFailedAnError() {
        assertThat(run(A_ARRIVED, B_FAILED, COMPLETED).status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(run(failed(FIRST, "a"), B_FAILED, COMPLETED).status()).isEqualTo(ERROR);
        assertThat(run(A_ARRIVED, B_FAILED, COMPLETED).error())
                .isEqualTo(ErrorCode.SOURCE_TABLE_MISSING.error("table b"));
    }

    @Test
    void anIntegrityJobSucceedsOnlyWhenBothSidesAreIdentical() {
        assertThat(integrity(IntegrityReport.identical(5, "x", 0))).isEqualTo(SUCCESS);
        assertThat(integrity(new IntegrityReport(5, "x", 5, "y", 0, 1, 1, 0, 1, 0)))
                .isEqualTo(ERROR);
        assertThat(integrity(new IntegrityReport(5, "x", 4, "x", 0, 1, 1, 1, 0, 0)))
                .isEqualTo(ERROR);
        assertThat(integrity(null)).isEqualTo(ERROR);
    }

    @Test
    void aReportOfAnIntegrityJobProvesNoTransfer() {
        var reported = resultOf("a", null, IntegrityReport.identical(5, "x", 0));
        var one = new Dispatched(ID, 7, target(), List.of(new ModelRevision("a", 1)), NOON);

        assertThat(status(REQUESTED, one, STARTED, reported, COMPLETED)).isEqualTo(ERROR);
    }

    @Test
    void whatCanNeverRunIsAnError() {
        var error = ErrorCode.UNKNOWN_DESTINATION.error("no destination 'x'");
        var state = fold(REQUESTED, new Rejected(ID, error));

        assertThat(state.status()).isEqualTo(ERROR);
        assertThat(state.error()).isEqualTo(error);
    }

    @Test
    void whatWasNeverDispatchedExpires() {
        var state = fold(REQUESTED, BLOCKED, new Expired(ID));

        assertThat(state.status()).isEqualTo(EXPIRED);
        assertThat(state.error()).extracting(TransferError::blame).isEqualTo(Blame.PLATFORM);
        assertThat(status(REQUESTED, DISPATCHED, new Expired(ID))).isEqualTo(PENDING);
    }

    @Test
    void anOrderThatNobodyTookIsAnErrorOfThePlatform() {
        var state = fold(REQUESTED, DISPATCHED, finished(null, RunEnd.NOT_STARTED));

        assertThat(state.status()).isEqualTo(ERROR);
        assertThat(state.error())
                .extracting(TransferError::code, TransferError::blame)
                .containsExactly(ErrorCode.ORDER_NOT_TAKEN.code(), Blame.PLATFORM);
    }

    @Test
    void aRunnerThatNeverCameUpIsAnErrorOfThePlatform() {
        var state = run(finished(FIRST, RunEnd.NOT_STARTED));

        assertThat(state.status()).isEqualTo(ERROR);
        assertThat(state.error())
                .extracting(TransferError::code, TransferError::blame)
                .containsExactly(ErrorCode.RUNNER_NOT_STARTED.code(), Blame.PLATFORM);
    }

    @Test
    void aRunnerThatDiedIsOrphanedWithTheEvidenceAndTheResultsKept() {
        var evidence = ErrorCode.RUNNER_OUT_OF_MEMORY.error("exit code 137");
        var state = run(A_ARRIVED, new Finished(ID, 7, FIRST, RunEnd.DIED, evidence));

        assertThat(state.status()).isEqualTo(ORPHANED);
        assertThat(state.error()).isEqualTo(evidence);
        assertThat(state.results()).containsOnlyKeys("a");
    }

    @Test
    void aRunnerThatFellSilentIsOrphaned() {
        var state = run(A_ARRIVED, new Orphaned(ID, 7));

        assertThat(state.status()).isEqualTo(ORPHANED);
        assertThat(state.error()).extracting(TransferError::blame).isEqualTo(Blame.PLATFORM);
        assertThat(run(new Orphaned(ID, 6)).status()).isEqualTo(RUNNING);
        assertThat(status(REQUESTED, DISPATCHED, new Orphaned(ID, 7))).isEqualTo(PENDING);
    }

    @Test
    void aRunStoppedByThePlatformCountsByItsResults() {
        var stopped = finished(FIRST, RunEnd.STOPPED);

        assertThat(run(stopped).status()).isEqualTo(ERROR);
        assertThat(run(A_ARRIVED, stopped).status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(run(A_ARRIVED, stopped).error())
                .extracting(TransferError::blame)
                .isEqualTo(Blame.PLATFORM);
        assertThat(run(A_ARRIVED, B_ARRIVED, stopped).status()).isEqualTo(SUCCESS);
        assertThat(status(REQUESTED, DISPATCHED, finished(null, RunEnd.STOPPED))).isEqualTo(ERROR);
    }

    @Test
    void whatIsCancelledBeforeItRanIsCancelled() {
        var rejected = new Rejected(ID, ErrorCode.NO_MODEL.error("no model"));

        assertThat(status(REQUESTED, CANCEL)).isEqualTo(PENDING);
        assertThat(status(REQUESTED, CANCEL, new Cancelled(ID))).isEqualTo(CANCELLED);
        assertThat(status(REQUESTED, CANCEL, rejected)).isEqualTo(CANCELLED);
        assertThat(status(REQUESTED, CANCEL, new Expired(ID))).isEqualTo(CANCELLED);
        assertThat(status(REQUESTED, CANCEL, DISPATCHED, finished(null, RunEnd.STOPPED)))
                .isEqualTo(CANCELLED);
        assertThat(status(REQUESTED, DISPATCHED, CANCEL, finished(null, RunEnd.NOT_STARTED)))
                .isEqualTo(CANCELLED);
        assertThat(fold(REQUESTED, CANCEL, rejected).error()).isNull();
    }

    @Test
    void whatIsCancelledWhileItRanIsKilled() {
        assertThat(run(CANCEL, finished(FIRST, RunEnd.STOPPED)).status()).isEqualTo(KILLED);
        assertThat(run(CANCEL, finished(FIRST, RunEnd.DIED)).status()).isEqualTo(KILLED);
        assertThat(run(CANCEL, finished(FIRST, RunEnd.NOT_STARTED)).status()).isEqualTo(KILLED);
        assertThat(run(CANCEL, new Orphaned(ID, 7)).status()).isEqualTo(KILLED);
        assertThat(run(CANCEL, A_ARRIVED, B_ARRIVED, finished(FIRST, RunEnd.STOPPED)).status())
                .isEqualTo(KILLED);
        assertThat(run(CANCEL, new Orphaned(ID, 7)).error()).isNull();
    }

    @Test
    void aCancelThatComesTooLateDoesNotUndoACompletedRun() {
        assertThat(run(A_ARRIVED, B_ARRIVED, CANCEL, COMPLETED).status()).isEqualTo(SUCCESS);
        assertThat(run(A_ARRIVED, B_FAILED, CANCEL, COMPLETED).status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(run(finished(FIRST, RunEnd.DIED), CANCEL).status()).isEqualTo(ORPHANED);
    }

    @Test
    void whatWasDispatchedCannotBeWithdrawn() {
        assertThat(status(REQUESTED, DISPATCHED, CANCEL, new Cancelled(ID))).isEqualTo(PENDING);
        assertThat(run(CANCEL, new Cancelled(ID)).status()).isEqualTo(RUNNING);
        assertThat(run(new Rejected(ID, ErrorCode.NO_MODEL.error("-"))).status())
                .isEqualTo(RUNNING);
    }

    @Test
    void onlyTheFirstStartedRunIsHeard() {
        var state = run(started(SECOND), arrived(SECOND, "a"), finished(SECOND, RunEnd.COMPLETED));

        assertThat(state.status()).isEqualTo(RUNNING);
        assertThat(state.started()).isEqualTo(STARTED);
        assertThat(state.results()).isEmpty();
        assertThat(state.isVoid(started(SECOND))).isTrue();
        assertThat(state.isVoid(STARTED)).isFalse();
    }

    @Test
    void factsOfAnotherEpochAreVoid() {
        assertThat(run(new Finished(ID, 8, FIRST, RunEnd.COMPLETED, null)).status())
                .isEqualTo(RUNNING);
        assertThat(run(dispatched(8)).dispatched()).isEqualTo(DISPATCHED);
        assertThat(
                        status(
                                REQUESTED,
                                DISPATCHED,
                                new Finished(ID, 8, null, RunEnd.NOT_STARTED, null)))
                .isEqualTo(PENDING);
        assertThat(status(REQUESTED, DISPATCHED, new Started(ID, 8, FIRST, "l", "h")))
                .isEqualTo(PENDING);
    }

    @Test
    void anOrderThatWasTakenIsNotUntaken() {
        assertThat(run(finished(null, RunEnd.NOT_STARTED)).status()).isEqualTo(RUNNING);
    }

    @Test
    void theFirstResultOfAModelCounts() {
        assertThat(run(A_ARRIVED, B_FAILED, arrived(FIRST, "b"), COMPLETED).status())
                .isEqualTo(PARTIAL_FAILURE);
    }

    @Test
    void aModelThatWasNotOrderedIsNotKept() {
        var stray = arrived(FIRST, "c");

        assertThat(run(stray).results()).isEmpty();
        assertThat(run().isVoid(stray)).isTrue();
    }

    @Test
    void onlyARunCanCompleteOrDie() {
        assertThatThrownBy(() -> finished(null, RunEnd.DIED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only a run that was started can end as DIED");
    }

    private static TransferStatus integrity(@Nullable IntegrityReport report) {
        var one = new Dispatched(ID, 7, target(), List.of(new ModelRevision("a", 1)), NOON);
        return status(
                requested(TransferKind.INTEGRITY),
                one,
                STARTED,
                resultOf("a", null, report),
                COMPLETED);
    }

    private static TransferState run(TransferFact... facts) {
        var log = new ArrayList<>(List.of(REQUESTED, DISPATCHED, STARTED));
        log.addAll(List.of(facts));
        return fold(log.toArray(TransferFact[]::new));
    }

    private static TransferState fold(TransferFact... log) {
        var state = TransferState.EMPTY;
        for (var fact : log) {
            state = state.after(fact);
        }
        return state;
    }

    private static TransferStatus status(TransferFact... log) {
        return TransferStatus.of(List.of(log));
    }

    private static Requested requested(TransferKind kind) {
        var request =
                new TransferRequest(
                        ID,
                        "d",
                        List.of(),
                        kind,
                        false,
                        null,
                        null,
                        false,
                        false,
                        false,
                        Actor.SCHEDULE,
                        java.util.Map.of(),
                        0);
        return new Requested(ID, request, NOON, NOON.plusSeconds(21_600), target());
    }

    private static Dispatched dispatched(long epoch) {
        return new Dispatched(
                ID,
                epoch,
                target(),
                List.of(new ModelRevision("a", 1), new ModelRevision("b", 1)),
                NOON);
    }

    private static Target target() {
        return new Target("d", "d", "r", List.of("s"), List.of("a", "b"));
    }

    private static Started started(RunId run) {
        return new Started(ID, 7, run, "launcher", "host");
    }

    private static Finished finished(@Nullable RunId run, RunEnd end) {
        return new Finished(ID, 7, run, end, null);
    }

    private static ModelFinished arrived(RunId run, String model) {
        return result(run, model, Outcome.SUCCESS, receipt(10, 10));
    }

    private static ModelFinished failed(RunId run, String model) {
        return result(run, model, Outcome.FAILED, null);
    }

    private static ModelFinished result(
            RunId run, String model, Outcome outcome, @Nullable Receipt receipt) {
        var error =
                outcome == Outcome.FAILED
                        ? ErrorCode.SOURCE_TABLE_MISSING.error("table " + model)
                        : null;
        return new ModelFinished(
                ID, 7, run, new ModelResult(model, 1, outcome, receipt, null, error, NOON, NOON));
    }

    private static ModelFinished resultOf(
            String model, @Nullable Receipt receipt, @Nullable IntegrityReport report) {
        return new ModelFinished(
                ID,
                7,
                FIRST,
                new ModelResult(model, 1, Outcome.SUCCESS, receipt, report, null, NOON, NOON));
    }

    private static Receipt receipt(long read, long written) {
        return new Receipt(
                null,
                "c",
                WatermarkBasis.COMMIT_SAFE,
                "g",
                read,
                written,
                written,
                0,
                0,
                0,
                1,
                1,
                false);
    }
}
