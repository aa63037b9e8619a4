package io.tranship.connectors.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Takes a lock that shuts everybody else out: for a moment at a time, with rests in between.
///
/// Whoever waits for such a lock blocks all who come after it, readers too, for as long as it
/// waits; a report that runs for minutes would so stop everybody behind us.
final class LockTurns {

    private static final Duration TURN = Duration.ofMillis(200);
    private static final Duration REST = Duration.ofMillis(800);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private LockTurns() {}

    /// One statement, which is a transaction of its own. Fails as it would without turns when all
    /// of them together have taken as long as the session waits for locks.
    static void update(PostgresSession session, String sql) {
        var deadline = System.nanoTime() + session.lockTimeout().toNanos();
        while (!isDone(session, sql, deadline)) {
            LockSupport.parkNanos(REST.toNanos());
        }
    }

    private static boolean isDone(PostgresSession session, String sql, long deadline) {
        return session.guarded(() -> {
            try {
                session.transactionOf(() -> {
                    try (var turn =
                                    session.prepared(
                                            "select set_config('lock_timeout', ?, true)",
                                            Long.toString(TURN.toMillis()));
                            var statement = session.prepared(sql)) {
                        turn.execute();
                        return statement.executeUpdate();
                    }
                });
                return true;
            } catch (SQLException e) {
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || System.nanoTime() > deadline) {
                    throw e;
                }
                return false;
            }
        });
    }
}
