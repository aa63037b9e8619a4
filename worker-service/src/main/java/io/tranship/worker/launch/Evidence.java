package io.tranship.worker.launch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferError;
import io.tranship.worker.run.RunnerExit;

/// How a run ended, by what its launcher saw of its process.
record Evidence(RunEnd end, TransferError error) {

    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;

    /// @param accepted whether the runner had read its transfer, so that work may have begun
    /// @param killed whether this launcher killed it, after a stop that took too long
    static Evidence ofExit(int code, boolean accepted, boolean killed) {
        if (code == RunnerExit.STOPPED_UNTOLD.code()) {
            return new Evidence(
                    RunEnd.STOPPED,
                    ErrorCode.RUNNER_STOPPED.error(
                            "the runner stopped in order but could not say so; Kafka was out of its reach"));
        }
        if (!accepted || code == RunnerExit.UNUSABLE.code()) {
            return new Evidence(
                    RunEnd.NOT_STARTED,
                    ErrorCode.RUNNER_NOT_STARTED.error(
                            "the runner ended (%s) before it began; see its launcher's log"
                                    .formatted(words(code))));
        }
        return new Evidence(RunEnd.DIED, died(code, killed));
    }

    private static TransferError died(int code, boolean killed) {
        if (killed) {
            return ErrorCode.RUNNER_DIED.error(
                    "the runner did not stop in time, and its launcher killed it");
        }
        if (code == RunnerExit.OUT_OF_MEMORY.code()) {
            return ErrorCode.RUNNER_OUT_OF_MEMORY.error(
                    "the runner's heap was full; raise tranship.runner.heap of its launcher");
        }
        return ErrorCode.RUNNER_DIED.error("the runner died: " + words(code));
    }

    private static String words(int code) {
        if (code <= SIGNAL_BASE) {
            return "exit code " + code;
        }
        var signal = code - SIGNAL_BASE;
        return signal == SIGKILL
                ? "signal 9 (SIGKILL), which the operating system also sends when memory runs out"
                : "signal " + signal;
    }
}
