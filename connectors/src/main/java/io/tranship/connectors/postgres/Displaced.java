package io.tranship.connectors.postgres;

import io.tranship.connectors.Destination.Restored;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the last difference that was applied to a model's table displaced: kept beside the table,
/// at the destination only, so that it can be put back, once, with the cursor of that time.
///
/// It is kept in the transaction that displaces it, and goes with the next one, with a restore, or
/// with the first claim at this destination after [#KEPT_DAYS] (see [LeftOvers]).
final class Displaced {

    static final int KEPT_DAYS = 7;

    /// More are not kept: then the refresh still goes ahead, and only a restore is refused.
    static final int ROWS_MAX = 5_000_000;

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;
    private final GenerationLoad loads;

    Displaced(PostgresSession session, ControlTables control, Fence fence, GenerationLoad loads) {
        this.session = session;
        this.control = control;
        this.fence = fence;
        this.loads = loads;
    }

    /// @param table where the rows are; null when there were too many
    /// @param columns of the model, at that time
    private record Kept(
            @Nullable String table, List<String> columns, List<String> key, boolean isLatest) {}

    private record Upserted(long applied, long fresh) {}

    /// In the transaction of a publication, before `difference` is applied from `beside`, and
    /// before the model's row tells of the new generation.
    void keep(String model, String suffix, RowDifference difference, String beside) {
        control.makeUndo(session);
        forget(model);
        var name = "_tranship_u_" + suffix;
        var into = control.table(name);
        var rows = new UndoRows(difference.table(), into, difference.columns(), difference.key());
        session.update(rows.keepOld(beside, ROWS_MAX + 1));
        session.update(rows.keepNew(beside, ROWS_MAX + 1));
        var fits = fits(into);
        if (!fits) {
            session.update("drop table %s".formatted(into));
        }
        record(model, fits ? name : null, difference);
    }

    private boolean fits(String kept) {
        return session.query(
                "select count(*) <= ? from %s".formatted(kept),
                rows -> rows.next() && rows.getBoolean(1),
                ROWS_MAX);
    }

    private void record(String model, @Nullable String kept, RowDifference difference) {
        session.update(
                """
                insert into %s (model, kept, columns, key, generation, revision, cursor, complete_up_to, displaced_by)
                select model, ?, ?::text[], ?::text[], generation, revision, cursor, complete_up_to, loading
                from %s where model = ?
                """
                        .formatted(control.undo(), control.model()),
                kept,
                difference.columns(),
                difference.key(),
                model);
    }

    /// Drops what is kept of `model`, in the caller's transaction.
    void forget(String model) {
        var kept =
                session.query(
                        "delete from %s where model = ? returning kept".formatted(control.undo()),
                        rows -> rows.next() ? rows.getString(1) : null,
                        model);
        if (kept != null) {
            session.update("drop table if exists %s".formatted(control.table(kept)));
        }
    }

    /// Puts rows and cursor back. What came since by increments comes again with the next one, as
    /// the cursor lies before it.
    Restored restore(String model) {
        return session.transaction(() -> {
            fence.hold(model);
            var kept = kept(model);
            if (kept == null || !kept.isLatest()) {
                throw nothing(model, "there is nothing kept");
            }
            var table = kept.table();
            if (table == null) {
                throw nothing(
                        model,
                        "its last refresh displaced more than %d rows, which are not kept"
                                .formatted(ROWS_MAX));
            }
            var rows =
                    new UndoRows(
                            control.table(model), control.table(table), kept.columns(), kept.key());
            var deleted = session.update(rows.deleteNew());
            var upserted = upsert(rows);
            loads.clear(model);
            var restored = complete(model, upserted, deleted);
            forget(model);
            return restored;
        });
    }

    private static TransferFailure nothing(String model, String why) {
        return new TransferFailure(
                ErrorCode.DESTINATION_NOTHING_TO_RESTORE,
                "model %s: %s; only what its last full refresh displaced can be put back, once, for %d days. Transfer with full_refresh to bring what the source has"
                        .formatted(model, why, KEPT_DAYS));
    }

    private @Nullable Kept kept(String model) {
        if (session.query(
                "select to_regclass(?) is null",
                rows -> rows.next() && rows.getBoolean(1),
                control.undo())) {
            return null;
        }
        return session.query(
                """
                select u.kept, u.columns, u.key,
                       u.displaced_by = m.generation and to_regclass(?) is not null
                       and u.kept_at >= now() - make_interval(days => ?)
                from %s u join %s m on m.model = u.model where u.model = ?
                """
                        .formatted(control.undo(), control.model()),
                rows ->
                        rows.next()
                                ? new Kept(
                                        rows.getString(1),
                                        texts(rows, 2),
                                        texts(rows, 3),
                                        rows.getBoolean(4))
                                : null,
                control.table(model),
                KEPT_DAYS,
                model);
    }

    private static List<String> texts(ResultSet rows, int column) throws SQLException {
        return List.of((String[]) rows.getArray(column).getArray());
    }

    private Upserted upsert(UndoRows undo) {
        return session.query(
                undo.upsertOld(columnsOfBoth(undo)),
                rows -> {
                    rows.next();
                    return new Upserted(rows.getLong(1), rows.getLong(2));
                });
    }

    /// A recipient may have added or dropped columns of their own since.
    private List<String> columnsOfBoth(UndoRows undo) {
        return session.query(
                """
                select t.attname from pg_attribute t join pg_attribute k on k.attname = t.attname
                where t.attrelid = to_regclass(?) and k.attrelid = to_regclass(?)
                  and t.attnum > 0 and not t.attisdropped and t.attgenerated = ''
                  and k.attnum > 0 and not k.attisdropped
                order by t.attnum
                """,
                rows -> {
                    var found = new ArrayList<String>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                },
                undo.table(),
                undo.kept());
    }

    private Restored complete(String model, Upserted upserted, long deleted) {
        var sql =
                """
                update %s m
                set generation = u.generation, revision = u.revision, cursor = u.cursor,
                    complete_up_to = u.complete_up_to, rows = greatest(m.rows + ? - ?, 0),
                    last_transfer = ?, last_transfer_at = now(), %s
                from %s u where m.model = ? and u.model = m.model
                returning m.generation, m.cursor
                """
                        .formatted(control.model(), ControlTables.NOTHING_LOADING, control.undo());
        return session.query(
                sql,
                rows -> {
                    rows.next();
                    return new Restored(
                            upserted.applied(),
                            deleted,
                            rows.getObject(1, UUID.class),
                            rows.getString(2));
                },
                upserted.fresh(),
                deleted,
                fence.claimant().transfer().value(),
                model);
    }
}
