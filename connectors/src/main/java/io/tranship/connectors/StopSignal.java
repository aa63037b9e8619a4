package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Says to the run's threads that they shall end.
final class StopSignal {

    private final CountDownLatch given = new CountDownLatch(1);
    private volatile @Nullable TransferFailure shutOut;

    void give() {
        given.countDown();
    }

    /// Lets `time` pass, or less when they shall end.
    void rest(Duration time) {
        try {
            var _ = given.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isGiven() {
        return given.getCount() == 0;
    }

    /// A newer run has claimed a model, and with it the whole transfer.
    void shutOut(TransferFailure reason) {
        shutOut = reason;
    }

    /// Between two steps of `model`.
    void check(String model) {
        var reason = shutOut;
        if (reason != null) {
            throw reason;
        }
        if (isGiven()) {
            throw failure("model " + model);
        }
    }

    /// What goes wrong while the run is being stopped goes wrong because of that.
    ///
    /// @param what such as `model invoices`
    TransferFailure told(String what, RuntimeException e) {
        if (isGiven()) {
            return failure(what);
        }
        return e instanceof TransferFailure failure ? failure : Faults.of(what, e);
    }

    private static TransferFailure failure(String what) {
        return new TransferFailure(
                ErrorCode.RUNNER_STOPPED,
                "%s was stopped; what was committed before stays, and the next transfer goes on from there"
                        .formatted(what));
    }
}
