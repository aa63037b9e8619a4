package io.tranship.worker.run;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;

/// Why a run is stopped before its end.
enum StopCause {
    CANCELLED(ErrorCode.STOPPED_BY_USER, "its cancellation was asked for"),
    ASKED(ErrorCode.RUNNER_STOPPED, "its launcher ends"),
    LAUNCHER_GONE(ErrorCode.RUNNER_STOPPED, "its launcher is gone"),
    SIGNAL(ErrorCode.RUNNER_STOPPED, "its process was told to end"),
    LEASE_OVER(
            ErrorCode.RUNNER_SELF_FENCED,
            "its heartbeats were not acknowledged for too long, so that it counts as lost");

    private final ErrorCode code;
    private final String words;

    StopCause(ErrorCode code, String words) {
        this.code = code;
        this.words = words;
    }

    TransferError error() {
        return code.error(
                "the run stopped because %s; what it carried is kept, and the next transfer goes on from there"
                        .formatted(words));
    }

    /// Nobody is left who would end the runner's process.
    boolean leavesAlone() {
        return this == LAUNCHER_GONE || this == SIGNAL;
    }
}
