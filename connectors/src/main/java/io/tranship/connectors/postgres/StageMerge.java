package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.Destination.Merge;
import io.tranship.connectors.Destination.Merged;
import io.tranship.connectors.Haul;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.SQLException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Takes what changed into a temporary table and merges it, in one transaction with the cursor: so
/// a commit whose reply is lost is either whole or not there, and reading it again changes nothing.
final class StageMerge {

    private static final String STAGE = "pg_temp._tranship_stage";

    /// A last column of the stage, of models that mark deleted rows.
    private static final String GONE = "_tranship_gone";

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;

    StageMerge(PostgresSession session, ControlTables control, Fence fence) {
        this.session = session;
        this.control = control;
        this.fence = fence;
    }

    /// @param greatest last-modified value; null when no row has one
    /// @param doubtful whether a staged key may be missing in the table
    private record Touched(
            long applied,
            long fresh,
            long without,
            @Nullable String greatest,
            boolean doubled,
            boolean doubtful) {}

    Merged run(Merge merge, Haul haul) {
        var model = merge.state().model();
        var difference =
                new RowDifference(
                        control.table(model),
                        merge.columns().stream().map(Carried::to).toList(),
                        StandingTables.key(merge.table()));
        var staged = new ArrayList<>(difference.columns());
        var marks = merge.marksDeleted();
        if (marks) {
            staged.add(GONE);
        }
        return session.transaction(() -> {
            fence.hold(model);
            session.update(
                    "create temporary table _tranship_stage on commit drop as select %s%s from %s with no data"
                            .formatted(
                                    Quoted.names(difference.columns()),
                                    marks ? ", false as " + GONE : "",
                                    difference.table()));
            var hauled = haul.into(new CopyIntake(session, model, STAGE, staged, merge.format()));
            var gone = marks ? remove(merge, difference) : Gone.NONE;
            var touched = apply(merge, difference);
            if (touched.doubled()) {
                throw CopyIntake.doubled(model);
            }
            var cursor = record(merge, difference, touched, gone);
            return new Merged(
                    hauled,
                    touched.applied(),
                    gone.rows(),
                    touched.without() + gone.without(),
                    cursor);
        });
    }

    /// Rows that came marked as deleted.
    ///
    /// @param rows of the table that were deleted
    /// @param without a last-modified value, of those that came
    /// @param greatest last-modified value of those that came
    private record Gone(long rows, long without, @Nullable String greatest) {
        static final Gone NONE = new Gone(0, 0, null);
    }

    private Gone remove(Merge merge, RowDifference difference) {
        var lastModified = Quoted.name(merge.table().lastModified().as());
        var sql =
                """
                with gone as (delete from %1$s where %2$s returning *),
                removed as (delete from %3$s t using gone s where %4$s and %5$s returning 1)
                select (select count(*) from removed), count(*) filter (where %6$s is null), max(%6$s)::text
                from gone
                """
                        .formatted(
                                STAGE,
                                GONE,
                                difference.table(),
                                Quoted.equal("s", "t", difference.key()),
                                merge.overwrite()
                                        ? "true"
                                        : RowDifference.notOlder("s", lastModified),
                                lastModified);
        return session.query(
                sql,
                rows -> {
                    rows.next();
                    return new Gone(rows.getLong(1), rows.getLong(2), rows.getString(3));
                });
    }

    /// What was touched is in the table, as the statement gave its key back; unless a trigger of
    /// somebody, maybe on a partition, took it out again. So only the other keys are looked for,
    /// and a key that is doubled shows itself there, or by more staged rows than touched ones.
    private Touched apply(Merge merge, RowDifference difference) {
        var lastModified = merge.table().lastModified().as();
        var sql =
                """
                with touched as (%1$s),
                untouched as materialized (
                    select %5$s from %3$s s where not exists (select from touched k where %6$s)),
                counted as (
                    select count(*) as applied, count(*) filter (where _tranship_fresh) as fresh from touched),
                staged as (
                    select count(*) as rows, count(*) filter (where %2$s is null) as without,
                           max(%2$s)::text as greatest
                    from %3$s)
                select applied, fresh, without, greatest,
                       rows - (select count(*) from untouched) > applied
                       or exists (select from untouched group by %4$s having count(*) > 1),
                       exists (select from untouched k where not exists (select from %7$s s where %6$s))
                       or exists (select from pg_class c
                                  where c.oid = ?::regclass
                                    and (c.relkind <> 'r'
                                         or exists (select from pg_trigger
                                                    where tgrelid = c.oid and not tgisinternal)))
                from counted, staged
                """
                        .formatted(
                                difference.upsert(STAGE, merge.overwrite() ? null : lastModified),
                                Quoted.name(lastModified),
                                STAGE,
                                Quoted.names(difference.key()),
                                Quoted.names("s", difference.key()),
                                Quoted.equal("s", "k", difference.key()),
                                difference.table());
        try (var statement = session.prepared(sql, difference.table());
                var rows = statement.executeQuery()) {
            rows.next();
            return new Touched(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getString(4),
                    rows.getBoolean(5),
                    rows.getBoolean(6));
        } catch (SQLException e) {
            throw PostgresErrors.stateOf(e).equals("21000")
                    ? CopyIntake.doubled(merge.state().model())
                    : session.failure(e);
        }
    }

    /// Looks for the staged keys where there is a doubt, moves the cursor, and tells recipients how
    /// fresh the table is. The cursor rises to the greatest value that came, never over the bound,
    /// and never falls.
    private @Nullable String record(
            Merge merge, RowDifference difference, Touched touched, Gone gone) {
        var model = merge.state().model();
        var type = CommitBound.type(merge.table());
        var sql =
                """
                update %1$s c
                set cursor = case when x.greatest is null or x.bound is null then c.cursor
                                  else greatest(c.cursor::%2$s, least(x.greatest, x.bound))::text end,
                    complete_up_to = greatest(c.complete_up_to, x.complete_up_to),
                    rows = greatest(c.rows + ?, 0), last_transfer = ?, last_transfer_at = now()
                from (select greatest(?::%2$s, ?::%2$s) as greatest, ?::%2$s as bound, ?::timestamptz as complete_up_to) x
                where c.model = ? and (? or %3$s)
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
                touched.fresh() - gone.rows(),
                fence.claimant().transfer().value(),
                touched.greatest(),
                gone.greatest(),
                merge.moveTo(),
                merge.completeUpTo(),
                model,
                !touched.doubtful());
    }
}
