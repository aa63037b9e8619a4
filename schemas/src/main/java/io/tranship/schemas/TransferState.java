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
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.RunFact;
import io.tranship.schemas.TransferFact.Started;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What of a log decides its status. The first final fact wins; what a run says counts only for the
/// first started run.
///
/// A fact already known changes nothing.
public record TransferState(
        @Nullable Dispatched dispatched,
        @Nullable Started started,
        boolean cancelRequested,
        SortedMap<String, ModelResult> results,
        @Nullable TransferFact end) {

    public static final TransferState EMPTY =
            new TransferState(null, null, false, new TreeMap<>(), null);

    public TransferState after(TransferFact fact) {
        if (isVoid(fact)) {
            return this;
        }
        return switch (fact) {
            case TransferFact.Requested _, Blocked _ -> this;
            case Dispatched d ->
                    dispatched != null
                            ? this
                            : new TransferState(d, started, cancelRequested, results, null);
            case Started s ->
                    started != null
                            ? this
                            : new TransferState(dispatched, s, cancelRequested, results, null);
            case ModelFinished m -> withResult(m.result());
            case CancelRequested _ -> new TransferState(dispatched, started, true, results, null);
            case Finished _, Rejected _, Cancelled _, Expired _, Orphaned _ ->
                    new TransferState(dispatched, started, cancelRequested, results, fact);
        };
    }

    /// `fact` can change nothing here: all is over, or it is of another run or epoch than the one
    /// that counts.
    public boolean isVoid(TransferFact fact) {
        if (end != null) {
            return true;
        }
        return switch (fact) {
            case Started s -> started == null ? !isOfThisEpoch(s.epoch()) : !s.equals(started);
            case ModelFinished m -> !isOfThisRun(m);
            case Finished f ->
                    f.run() == null
                            ? started != null || !isOfThisEpoch(f.epoch())
                            : !isOfThisRun(f);
            case Dispatched d -> dispatched != null && !isOfThisEpoch(d.epoch());
            case Orphaned o -> started == null || o.epoch() != started.epoch();
            case Expired _ -> dispatched != null;
            case Cancelled _, Rejected _ -> dispatched != null;
            case TransferFact.Requested _, Blocked _, CancelRequested _ -> false;
        };
    }

    public TransferStatus status() {
        return switch (end) {
            case null -> started == null ? PENDING : RUNNING;
            case Finished f when f.end() == RunEnd.COMPLETED -> byResults();
            case Rejected _ -> cancelRequested ? CANCELLED : ERROR;
            case Cancelled _ -> CANCELLED;
            case Expired _ -> cancelRequested ? CANCELLED : EXPIRED;
            case Orphaned _ -> cancelRequested ? KILLED : ORPHANED;
            case Finished f when cancelRequested -> started == null ? CANCELLED : KILLED;
            case Finished f ->
                    switch (f.end()) {
                        case DIED -> ORPHANED;
                        case NOT_STARTED -> ERROR;
                        case STOPPED, COMPLETED -> byResults();
                    };
            default -> throw new IllegalStateException("not an end: " + end);
        };
    }

    /// Models of the order whose result does not prove that they arrived.
    public List<String> failedModels() {
        return expected().stream()
                .filter(model -> {
                    var result = results.get(model);
                    return result == null || !result.isProven();
                })
                .toList();
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

    private TransferState withResult(ModelResult result) {
        if (results.containsKey(result.model())) {
            return this;
        }
        var more = new TreeMap<>(Map.copyOf(results));
        more.put(result.model(), result);
        return new TransferState(dispatched, started, cancelRequested, more, null);
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
