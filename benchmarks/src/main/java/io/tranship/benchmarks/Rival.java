package io.tranship.benchmarks;

import java.sql.SQLException;

/// What a user would pick instead, on the same database server.
sealed interface Rival permits DbSchedulerRival, JobRunrRival, SkipLockedRival {

    /// Of its figure.
    String name();

    /// How long it takes to run trivial jobs that are all due, from its start until the last one is
    /// done and that is on disk.
    ///
    /// @param database that it makes for itself
    double seconds(Stand stand, String database, int jobs)
            throws SQLException, InterruptedException;
}
