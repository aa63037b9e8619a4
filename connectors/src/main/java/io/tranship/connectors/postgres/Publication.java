package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.Destination.Gate;
import io.tranship.connectors.Destination.Published;
import io.tranship.connectors.ModelState.Loading;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TransferFailure;
import java.util.List;

/// Puts a loaded generation in the place of the model's table, in one transaction.
///
/// Where a table stands, it stays and takes the difference, so that its grants, views, indexes and
/// foreign keys stay too; readers see the old rows or the new.
final class Publication {

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;
    private final StandingTables tables;
    private final Displaced displaced;

    Publication(
            PostgresSession session,
            ControlTables control,
            Fence fence,
            StandingTables tables,
            Displaced displaced) {
        this.session = session;
        this.control = control;
        this.fence = fence;
        this.tables = tables;
        this.displaced = displaced;
    }

    /// A new table of our own holds what COPY said, as each range was committed with its record and
    /// nobody else knows the table's name: it is not read once more. Where there is something to
    /// compare it with, or rows without a last-modified value to find, it is counted.
    Gate gate(Loading loading, SourceTable table, boolean intoTable) {
        return intoTable || !table.lastModified().notNull()
                ? counted(loading, table, intoTable)
                : recorded(loading, table.model().name());
    }

    private Gate recorded(Loading loading, String model) {
        var rows = rowsOf(loading, model);
        return new Gate(rows, rows, 0, 0);
    }

    private Gate counted(Loading loading, SourceTable table, boolean intoTable) {
        var model = table.model().name();
        var before =
                intoTable
                        ? "(select count(*) from %s)".formatted(control.table(model))
                        : "0::bigint";
        return session.query(
                """
                select count(*), count(*) filter (where %s is null),
                       (select coalesce(sum(rows), 0)::bigint from %s where model = ? and generation = ?), %s
                from %s
                """
                        .formatted(
                                Quoted.name(table.lastModified().as()),
                                control.chunk(),
                                before,
                                control.table(loading.table())),
                rows -> {
                    rows.next();
                    return new Gate(
                            rows.getLong(1), rows.getLong(3), rows.getLong(2), rows.getLong(4));
                },
                model,
                loading.generation());
    }

    Published publish(
            Loading loading, SourceTable table, List<Carried> columns, boolean intoTable) {
        var model = table.model().name();
        return session.transaction(() -> {
            fence.hold(model);
            var applied = 0L;
            var deleted = 0L;
            if (intoTable) {
                var difference =
                        new RowDifference(
                                control.table(model),
                                columns.stream().map(Carried::to).toList(),
                                StandingTables.key(table));
                var beside = control.table(loading.table());
                displaced.keep(
                        model, GenerationLoad.lastDigits(loading.generation()), difference, beside);
                deleted = session.update(difference.deleteAbsent(beside));
                applied = countOf(difference.upsert(beside, null));
                session.update("drop table %s".formatted(beside));
            } else {
                tables.rename(loading.table(), model);
                applied = rowsOf(loading, model);
            }
            var cursor = complete(loading, model);
            return new Published(applied, deleted, cursor);
        });
    }

    private long countOf(String upsert) {
        return session.query(
                "with touched as (%s) select count(*) from touched".formatted(upsert),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    private long rowsOf(Loading loading, String model) {
        return session.query(
                "select coalesce(sum(rows), 0)::bigint from %s where model = ? and generation = ?"
                        .formatted(control.chunk()),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                },
                model,
                loading.generation());
    }

    private String complete(Loading loading, String model) {
        var sql =
                """
                update %s set generation = loading, revision = loading_revision, cursor = loading_bound,
                    complete_up_to = loading_complete_up_to,
                    rows = (select coalesce(sum(k.rows), 0)::bigint from %s k
                            where k.model = ? and k.generation = ?),
                    last_transfer = ?, last_transfer_at = now(),
                    deletes_detected_at = now(), %s
                where model = ? and loading = ?
                returning cursor
                """
                        .formatted(control.model(), control.chunk(), ControlTables.NOTHING_LOADING);
        var cursor =
                session.query(
                        sql,
                        rows -> {
                            if (!rows.next()) {
                                throw TransferFailure.fenced(model, fence.claimant().epoch());
                            }
                            return rows.getString(1);
                        },
                        model,
                        loading.generation(),
                        fence.claimant().transfer().value(),
                        model,
                        loading.generation());
        session.update("delete from %s where model = ?".formatted(control.chunk()), model);
        return cursor;
    }
}
