package io.tranship.status;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The last that was heard of one run: outside the log, and gone some time after its end.
///
/// @param beatAt the broker's append time
/// @param pid 0 while only the launcher has spoken
/// @param progress by model
/// @param progressAt append time of the last progress
record Beat(
        Instant beatAt,
        long pid,
        Map<String, ModelProgress> progress,
        @Nullable Instant progressAt) {

    /// Totals of the run.
    ///
    /// @param chunksTotal 0 while unknown
    record ModelProgress(long rows, long bytes, int chunksDone, int chunksTotal) {}
}
