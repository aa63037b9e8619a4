package io.tranship.connectors;

import java.util.concurrent.TimeUnit;

/// When the next rows may pass, so that not more than so many pass in a second.
final class Pace {

    /// Looked at so often a second.
    private static final int STEPS = 20;

    private final double rowsPerSecond;
    private final long step;
    private final long rowsBefore;
    private final long began;
    private long due;

    /// @param rowsBefore rows that passed before
    /// @param now of [System#nanoTime]
    Pace(double rowsPerSecond, long rowsBefore, long now) {
        this.rowsPerSecond = rowsPerSecond;
        this.step = Math.max(1, (long) (rowsPerSecond / STEPS));
        this.rowsBefore = rowsBefore;
        this.began = now;
        this.due = rowsBefore + step;
    }

    boolean isDue(long rows) {
        return rows >= due;
    }

    /// @return when the row after so many may pass
    long next(long rows) {
        due = rows + step;
        return began + (long) ((rows - rowsBefore) / rowsPerSecond * TimeUnit.SECONDS.toNanos(1));
    }
}
