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

import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.FinalFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.RunFact;
import io.tranship.schemas.TransferFact.Started;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What of a log decides its status. The first final fact wins; what a run says counts only for the
/// first started run.
///
/// A fact already known changes nothing, and what is kept is bounded by the order: at most one
/// result for each of its models. A fact is never before its cause in the log (Started after its
/// Dispatched, what a run says after its Started): every writer waits for the cause there.
///
/// @param kind as asked by the first Requested; null when the log was not read from its beginning
/// @param results of the first started run, by model; the first one of each model
public record TransferState(
        @Nullable TransferKind kind,
        @Nullable Dispatched dispatched,
        @Nullable Started started,
        boolean cancelRequested,
        SortedMap<String, ModelResult> results,
        @Nullable FinalFact end) {

    public static final TransferState EMPTY =
            new TransferState(null, null, null, false, Collections.emptySortedMap(), null);

    public TransferState after(TransferFact fact) {
        if (isVoid(fact)) {
            return this;
        }
        return switch (fact) {
            case Requested r -> kind != null ? this : withKind(r.request().kind());
            case Blocked _ -> this;
            case Dispatched d -> dispatched != null ? this : with(d);
            case Started s -> started != null ? this : with(s);
            case ModelFinished m -> with(m.result());
            case CancelRequested _ -> cancelRequested ? this : withCancel();
            case FinalFact f -> with(f);
        };
    }

    /// `fact` can change nothing here: all is over, or it is of another run or epoch than the one
    /// that counts.
    public boolean isVoid(TransferFact fact) {
        if (end != null) {
            return true;
        }
        return switch (fact) {
            case Requested _, Blocked _, CancelRequested _ -> false;
            case Dispatched d -> dispatched != null && !isOfThisEpoch(d.epoch());
            case Started s -> started == null ? !isOfThisEpoch(s.epoch()) : !s.equals(started);
            case ModelFinished m -> !isOfThisRun(m) || !expected().contains(m.result().model());
            case Finished f ->
                    f.run() == null
                            ? started != null || !isOfThisEpoch(f.epoch())
                            : !isOfThisRun(f);
            case Orphaned o -> started == null || o.epoch() != started.epoch();
            case Rejected _, Cancelled _, Expired _ -> dispatched != null;
        };
    }

    public TransferStatus status() {
        return switch (end) {
            case null -> started == null ? PENDING : RUNNING;
            case Finished f when f.end() == RunEnd.COMPLETED -> byResults();
            case FinalFact _ when cancelRequested -> started == null ? CANCELLED : KILLED;
            case Cancelled _ -> CANCELLED;
            case Rejected _ -> ERROR;
            case Expired _ -> EXPIRED;
            case Orphaned _ -> ORPHANED;
            case Finished f ->
                    switch (f.end()) {
                        case DIED -> ORPHANED;
                        case NOT_STARTED -> ERROR;
                        case STOPPED, COMPLETED -> byResults();
                    };
        };
    }

    /// Models of the order whose result does not prove that they arrived, in its order.
    public List<String> failedModels() {
        return expected().stream().filter(model -> !isProven(model)).toList();
    }

    /// Why the transfer did not succeed; null while it is open, when it succeeded, and when
    /// somebody ended it.
    public @Nullable TransferError error() {
        return switch (status()) {
            case PENDING, RUNNING, SUCCESS, CANCELLED, KILLED -> null;
            case PARTIAL_FAILURE, ERROR, EXPIRED, ORPHANED ->
                    switch (end) {
                        case Rejected r -> r.error();
                        case Finished f -> f.error() != null ? f.error() : unexplained(f);
                        case Orphaned _ ->
                                ErrorCode.RUNNER_SILENT.error(
                                        "nothing was heard of the runner for longer than the limit"
                                                + "; the next transfer goes on where it stopped");
                        case Expired _ ->
                                ErrorCode.NOT_DISPATCHED.error(
                                        "the transfer waited longer than it may; see what it was"
                                                + " blocked by, and raise that limit or ask again");
                        case Cancelled _ -> null;
                        case null -> null;
                    };
        };
    }

    private TransferError unexplained(Finished finished) {
        return switch (finished.end()) {
            case COMPLETED -> firstFailure();
            case STOPPED ->
                    ErrorCode.RUNNER_STOPPED.error(
                            "the run was stopped before it was through; the next transfer goes on"
                                    + " where it stopped");
            case DIED -> ErrorCode.RUNNER_DIED.error("the runner ended without a word");
            case NOT_STARTED ->
                    started == null
                            ? ErrorCode.ORDER_NOT_TAKEN.error(
                                    "no launcher took the order in time; see whether one is up and"
                                            + " has room")
                            : ErrorCode.RUNNER_NOT_STARTED.error("the runner never came up");
        };
    }

    private TransferError firstFailure() {
        if (expected().isEmpty()) {
            return ErrorCode.NO_MODEL.error("the order named no model; give the destination one");
        }
        var model = failedModels().getFirst();
        var result = results.get(model);
        if (result != null && result.error() != null) {
            return result.error();
        }
        return ErrorCode.RECEIPT_UNBALANCED.error(
                "model %s has no result that proves its arrival; ask for a transfer of it again"
                        .formatted(model));
    }

    private boolean isProven(String model) {
        var result = results.get(model);
        return result != null && result.isProven(kind == null ? TransferKind.TRANSFER : kind);
    }

    private List<String> expected() {
        return dispatched == null
                ? List.of()
                : dispatched.models().stream().map(ModelRevision::model).toList();
    }

    private TransferStatus byResults() {
        var failed = failedModels().size();
        if (failed == expected().size()) {
            return ERROR;
        }
        return failed == 0 ? SUCCESS : PARTIAL_FAILURE;
    }

    private TransferState withKind(TransferKind asked) {
        return new TransferState(asked, dispatched, started, cancelRequested, results, end);
    }

    private TransferState withCancel() {
        return new TransferState(kind, dispatched, started, true, results, end);
    }

    private TransferState with(Dispatched first) {
        return new TransferState(kind, first, started, cancelRequested, results, end);
    }

    private TransferState with(Started first) {
        return new TransferState(kind, dispatched, first, cancelRequested, results, end);
    }

    private TransferState with(FinalFact first) {
        return new TransferState(kind, dispatched, started, cancelRequested, results, first);
    }

    private TransferState with(ModelResult result) {
        if (results.containsKey(result.model())) {
            return this;
        }
        var more = new TreeMap<>(results);
        more.put(result.model(), result);
        return new TransferState(
                kind,
                dispatched,
                started,
                cancelRequested,
                Collections.unmodifiableSortedMap(more),
                end);
    }

    private boolean isOfThisEpoch(long epoch) {
        return dispatched != null && dispatched.epoch() == epoch;
    }

    private boolean isOfThisRun(RunFact fact) {
        return started != null
                && fact.epoch() == started.epoch()
                && started.run().equals(fact.run());
    }
}
