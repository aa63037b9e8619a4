package io.tranship.connectors.postgres;

import io.tranship.schemas.CatalogRecord.Source;
import org.jspecify.annotations.Nullable;

/// One session's share of the rows that all transfers of a source together may read in a second.
///
/// Sessions find each other at the server itself. A session begins with the share that is left when
/// as many as the limits allow are there, and takes an equal share of those that are there from its
/// second read on. So the sum passes the limit, to less than twice of it, only until the reads that
/// are under way when others come have ended.
final class RowShare {

    private final PostgresSession session;
    private final double maxRowsPerSecond;
    private final int sessionsMax;
    private boolean begun;

    private RowShare(PostgresSession session, double maxRowsPerSecond, int sessionsMax) {
        this.session = session;
        this.maxRowsPerSecond = maxRowsPerSecond;
        this.sessionsMax = sessionsMax;
    }

    /// @return null: it has no limit
    static @Nullable RowShare of(PostgresSession session, Source source) {
        var max = source.maxRowsPerSecond();
        return max == null
                ? null
                : new RowShare(
                        session,
                        max,
                        source.maxConcurrentTransfers() * source.maxConcurrentQueriesPerTransfer());
    }

    /// For the next read.
    double next() {
        var sessions = begun ? Math.clamp(sessions(), 1, sessionsMax) : sessionsMax;
        begun = true;
        return maxRowsPerSecond / sessions;
    }

    private int sessions() {
        return session.query(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and usename = current_user
                  and application_name like 'tranship:%'
                """,
                rows -> {
                    rows.next();
                    return rows.getInt(1);
                });
    }
}
