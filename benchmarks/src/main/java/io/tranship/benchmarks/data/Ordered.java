package io.tranship.benchmarks.data;

import io.tranship.schemas.ModelResult;

/// One transfer, from its order to its end in the log. Moments are milliseconds since 1970 by this
/// machine's clock, which all processes here share.
///
/// @param taken from the order to the end; the client is the runner
/// @param firstRow when the destination's COPY had its first row; 0 when nobody saw it
/// @param ended when `Finished` was appended to the log
/// @param control processor seconds of broker and launcher, warming of the next runner included
/// @param sessionsMost COPYs at the destination at once
record Ordered(
        ModelResult result,
        Taken taken,
        long ordered,
        long started,
        long firstRow,
        long ended,
        double control,
        int sessionsMost) {

    private static final double MILLIS_PER_SECOND = 1_000;

    double secondsToStarted() {
        return (started - ordered) / MILLIS_PER_SECOND;
    }

    double secondsToFirstRow() {
        return (firstRow - ordered) / MILLIS_PER_SECOND;
    }

    /// Of the runner's work: from the claim at the destination to the model's end.
    double secondsOfRun() {
        return (result.endedAt().toEpochMilli() - result.startedAt().toEpochMilli())
                / MILLIS_PER_SECOND;
    }

    /// All that is not the runner's work: order, Started, handover, results and end in the log.
    double secondsOfControl() {
        return taken.seconds() - secondsOfRun();
    }
}
