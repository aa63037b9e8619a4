package io.tranship.status;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferStatus;
import org.jspecify.annotations.Nullable;

/// Why a transfer did not end well, and who has to act.
final class Reasons {

    private Reasons() {}

    static @Nullable TransferError of(TransferRecord record) {
        var status = record.status();
        if (status == TransferStatus.CANCELLED || status == TransferStatus.KILLED) {
            return ErrorCode.STOPPED_BY_USER.error(
                    "Somebody asked to cancel this transfer; ask for a new one to go on");
        }
        if (status == TransferStatus.SUCCESS || status == TransferStatus.EXPIRED) {
            return null;
        }
        return switch (record.state().end()) {
            case Rejected r -> r.error();
            case Orphaned _ ->
                    ErrorCode.RUNNER_DIED.error(
                            "The worker fell silent and was given up; the next transfer goes on from what arrived");
            case Finished f when f.end() == RunEnd.COMPLETED -> ofModels(record);
            case Finished f -> f.error() != null ? f.error() : ofEnd(f.end());
            case Expired _, Cancelled _ -> null;
            case null, default -> null;
        };
    }

    private static TransferError ofEnd(RunEnd end) {
        return switch (end) {
            case STOPPED ->
                    ErrorCode.RUNNER_STOPPED.error(
                            "The run was stopped before its end; the next transfer goes on from what arrived");
            case DIED ->
                    ErrorCode.RUNNER_DIED.error(
                            "The runner ended without a word; the next transfer goes on from what arrived");
            case NOT_STARTED ->
                    ErrorCode.ORDER_NOT_TAKEN.error(
                            "No worker ran the order; see that launchers are up and have room");
            case COMPLETED -> ErrorCode.INTERNAL_ERROR.error("The run ended without a result");
        };
    }

    /// That of the first failed model, by name.
    private static TransferError ofModels(TransferRecord record) {
        var failed = record.state().failedModels();
        if (failed.isEmpty()) {
            return ErrorCode.NO_MODEL.error(
                    "The transfer was dispatched without a model; give the destination one");
        }
        var model = failed.stream().sorted().findFirst().orElseThrow();
        var result = record.state().results().get(model);
        if (result == null) {
            return ErrorCode.INTERNAL_ERROR.error(
                    "Model %s has no result, although the run came to its end".formatted(model));
        }
        return result.error() != null
                ? result.error()
                : ErrorCode.RECEIPT_UNBALANCED.error(
                        "Model %s has no receipt that accounts for every row read; its rows are not known to have arrived"
                                .formatted(model));
    }
}
