package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.ReadBound;
import io.tranship.connectors.SourceTable;
import io.tranship.schemas.WatermarkBasis;
import java.time.Duration;
import java.util.Objects;

/// Finds the time before which no open transaction began: what is stamped before it is committed
/// and will be seen by every snapshot that is taken later.
///
/// Where that cannot be known, the bound stays the lookback behind the server's clock.
final class CommitBound {

    private final PostgresSession session;
    private final Duration margin;

    CommitBound(PostgresSession session, Duration margin) {
        this.session = session;
        this.margin = margin;
    }

    /// @param table quoted, with its schema
    ReadBound take(SourceTable source, String table, Duration lookback) {
        return session.query(
                sql(source),
                found -> {
                    found.next();
                    return new ReadBound(
                            found.getString(1),
                            found.getString(2),
                            found.getBoolean(3)
                                    ? WatermarkBasis.COMMIT_SAFE
                                    : WatermarkBasis.LOOKBACK);
                },
                zone(source),
                margin.toString(),
                lookback.toString(),
                margin.toString(),
                source.stamped(),
                table);
    }

    private static String sql(SourceTable source) {
        return """
        select (h %s)::text, h::text, safe
           from (select safe,
                        case when safe then least(started, opened) - ?::interval
                             else least(started, prepared) - ?::interval - ?::interval
                        end as h
                 from (select case when pg_is_in_recovery()
                                   then least(now(), pg_last_xact_replay_timestamp())
                                   else now()
                              end as started,
                              (select min(xact_start) from pg_stat_activity
                               where datname = current_database() and pid <> pg_backend_pid()
                                 and backend_type not in ('autovacuum worker', 'walsender')) as opened,
                              (select min(prepared) from pg_prepared_xacts
                               where database = current_database()) as prepared,
                              ?::boolean
                              and pg_has_role(current_user, 'pg_read_all_stats', 'usage')
                              and current_setting('track_activities') = 'on'
                              and not pg_is_in_recovery()
                              and not exists (select from pg_stat_activity
                                              where datname = current_database() and state = 'disabled')
                              and not exists (select from pg_prepared_xacts
                                              where database = current_database())
                              and not exists (select from pg_subscription_rel
                                              where srrelid = to_regclass(?)) as safe) found) bound
        """
                .formatted(local(source));
    }

    /// The zone of a column without one; UTC where nobody knows, and where the column knows itself.
    static String zone(SourceTable source) {
        if (source.lastModified().type().oid() != ColumnType.TIMESTAMP) {
            return "UTC";
        }
        return Objects.requireNonNullElse(source.model().lastModified().zone(), "UTC");
    }

    /// Turns an instant into the column's type; takes the zone as its one value either way.
    static String local(SourceTable source) {
        return source.lastModified().type().oid() == ColumnType.TIMESTAMP
                ? "at time zone ?"
                : "at time zone ? at time zone 'UTC'";
    }

    static String type(SourceTable source) {
        return source.lastModified().type().oid() == ColumnType.TIMESTAMP
                ? "timestamp"
                : "timestamptz";
    }
}
