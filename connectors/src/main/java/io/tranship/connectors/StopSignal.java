package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;

/// Says to the run's thread that it shall end.
final class StopSignal {

    private volatile boolean given;

    void give() {
        given = true;
    }

    boolean isGiven() {
        return given;
    }

    /// Between two steps of `model`.
    void check(String model) {
        if (given) {
            throw failure("model " + model);
        }
    }

    /// @param what such as `model invoices`
    static TransferFailure failure(String what) {
        return new TransferFailure(
                ErrorCode.RUNNER_STOPPED,
                "%s was stopped; what was committed before stays, and the next transfer goes on from there"
                        .formatted(what));
    }
}
