package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.Destination.Merge;
import io.tranship.connectors.Destination.Merged;
import io.tranship.connectors.Haul;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Takes what changed into a temporary table and merges it, in one transaction with the cursor: so
/// a commit whose reply is lost is either whole or not there, and reading it again changes nothing.
final class StageMerge {

    private static final String STAGE = "pg_temp._tranship_stage";

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;

    StageMerge(PostgresSession session, ControlTables control, Fence fence) {
        this.session = session;
        this.control = control;
        this.fence = fence;
    }

    /// @param greatest last-modified value; null when no row has one
    private record Touched(
            long applied, long fresh, long without, @Nullable String greatest, boolean doubled) {}

    Merged run(Merge merge, Haul haul) {
        var model = merge.state().model();
        var difference =
                new RowDifference(
                        control.table(model),
                        merge.columns().stream().map(Carried::to).toList(),
                        StandingTables.key(merge.table()));
        return session.transaction(() -> {
            fence.hold(model);
            session.update(
                    "create temporary table _tranship_stage on commit drop as select %s from %s with no data"
                            .formatted(Quoted.names(difference.columns()), difference.table()));
            var hauled =
                    haul.into(
                            new CopyIntake(session, model, STAGE, merge.columns(), merge.format()));
            var touched = apply(merge, difference);
            if (touched.doubled()) {
                throw CopyIntake.doubled(model);
            }
            var cursor = record(merge, difference, touched);
            return new Merged(hauled, touched.applied(), touched.without(), cursor);
        });
    }

    private Touched apply(Merge merge, RowDifference difference) {
        var lastModified = merge.table().lastModified().as();
        var sql =
                """
                with touched as (%1$s)
                select (select count(*) from touched), (select count(*) from touched where fresh),
                       count(*) filter (where %2$s is null), max(%2$s)::text,
                       exists (select from %3$s group by %4$s having count(*) > 1)
                from %3$s
                """
                        .formatted(
                                difference.upsert(STAGE, merge.overwrite() ? null : lastModified),
                                Quoted.name(lastModified),
                                STAGE,
                                Quoted.names(difference.key()));
        try (var statement = session.prepared(sql);
                var rows = statement.executeQuery()) {
            rows.next();
            return new Touched(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getString(4),
                    rows.getBoolean(5));
        } catch (SQLException e) {
            throw PostgresErrors.stateOf(e).equals("21000")
                    ? CopyIntake.doubled(merge.state().model())
                    : session.failure(e);
        }
    }

    /// Looks for every staged key, moves the cursor, and tells recipients how fresh the table is.
    /// The cursor rises to the greatest value that came, never over the bound, and never falls.
    private @Nullable String record(Merge merge, RowDifference difference, Touched touched) {
        var model = merge.state().model();
        var type = CommitBound.type(merge.table());
        var sql =
                """
                update %1$s c
                set cursor = case when x.greatest is null or x.bound is null then c.cursor
                                  else greatest(c.cursor::%2$s, least(x.greatest, x.bound))::text end,
                    complete_up_to = greatest(c.complete_up_to, x.complete_up_to),
                    rows = c.rows + ?, last_transfer = ?, last_transfer_at = now()
                from (select ?::%2$s as greatest, ?::%2$s as bound, ?::timestamptz as complete_up_to) x
                where c.model = ? and %3$s
                returning c.cursor
                """
                        .formatted(control.model(), type, difference.hasAllOf(STAGE));
        return session.query(
                sql,
                rows -> {
                    if (!rows.next()) {
                        throw new TransferFailure(
                                ErrorCode.RECEIPT_UNBALANCED,
                                "model %s: rows that were merged are not in table %s afterwards; look for triggers or rules on it. Nothing was kept"
                                        .formatted(model, model));
                    }
                    return rows.getString(1);
                },
                touched.fresh(),
                fence.claimant().transfer().value(),
                touched.greatest(),
                merge.moveTo(),
                merge.completeUpTo(),
                model);
    }
}
