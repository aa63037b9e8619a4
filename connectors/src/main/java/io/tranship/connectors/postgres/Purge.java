package io.tranship.connectors.postgres;

import io.tranship.connectors.Destination.Purged;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Removes a model from the destination: its table, and all that stands beside it.
///
/// Only behind the fence, so only what the model's row calls ours; and the table only if a transfer
/// completed it, made or adopted: before, it may be somebody else's that was refused.
final class Purge {

    /// What else has rows of a model, in a column of that name.
    private static final List<String> BESIDE =
            List.of(ControlTables.CHUNK, ControlTables.UNDO, ControlTables.QUARANTINE);

    private static final int NEEDED_BY_MAX = 10;

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;
    private final GenerationLoad loads;
    private final Displaced displaced;

    Purge(
            PostgresSession session,
            ControlTables control,
            Fence fence,
            GenerationLoad loads,
            Displaced displaced) {
        this.session = session;
        this.control = control;
        this.fence = fence;
        this.loads = loads;
        this.displaced = displaced;
    }

    /// @param complete a transfer completed the table
    private record Known(boolean complete, long rows) {}

    Purged run(String model) {
        return session.transaction(() -> {
            fence.hold(model);
            var known = known(model);
            if (known.complete()) {
                drop(model);
            }
            loads.clear(model);
            if (exists(ControlTables.UNDO)) {
                displaced.forget(model);
            }
            for (var table : BESIDE) {
                if (exists(table)) {
                    session.update(
                            "delete from %s where model = ?".formatted(control.table(table)),
                            model);
                }
            }
            session.update("delete from %s where model = ?".formatted(control.model()), model);
            return new Purged(known.rows());
        });
    }

    private Known known(String model) {
        return Objects.requireNonNull(
                session.<@Nullable Known>query(
                        "select generation is not null, rows from %s where model = ?"
                                .formatted(control.model()),
                        rows -> rows.next() ? new Known(rows.getBoolean(1), rows.getLong(2)) : null,
                        model),
                "a model whose row is held");
    }

    /// What the recipient put in its place, such as a view, is not ours.
    private void drop(String model) {
        if (!exists(model)) {
            return;
        }
        var needed = neededBy(model);
        if (!needed.isEmpty()) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_TABLE_NEEDED,
                    "model %s: table %s.%s is needed by %s%s; drop that first, and ask for the purge again. Nothing of this model was removed"
                            .formatted(
                                    model,
                                    control.schema(),
                                    model,
                                    String.join(
                                            ", ",
                                            needed.subList(
                                                    0, Math.min(needed.size(), NEEDED_BY_MAX))),
                                    needed.size() > NEEDED_BY_MAX ? " and more" : ""));
        }
        session.update("drop table %s".formatted(control.table(model)));
    }

    private boolean exists(String table) {
        return session.query(
                "select exists (select from pg_class where oid = to_regclass(?) and relkind in ('r', 'p'))",
                rows -> rows.next() && rows.getBoolean(1),
                control.table(table));
    }

    /// Names of what depends on the table or its type and does not go with it. Of a view it is the
    /// rule that depends.
    private List<String> neededBy(String model) {
        return session.query(
                """
                with gone as (
                    select 'pg_class'::regclass as class, oid from pg_class where oid = to_regclass(?)
                    union all
                    select 'pg_type'::regclass, t.oid from pg_class c
                    join pg_type r on r.oid = c.reltype join pg_type t on t.oid in (r.oid, r.typarray)
                    where c.oid = to_regclass(?)
                )
                select distinct coalesce(
                    (select pg_describe_object('pg_class'::regclass, w.ev_class, 0)
                     from pg_rewrite w where d.classid = 'pg_rewrite'::regclass and w.oid = d.objid),
                    pg_describe_object(d.classid, d.objid, 0))
                from pg_depend d join gone g on d.refclassid = g.class and d.refobjid = g.oid
                where d.deptype = 'n'
                  and not exists (
                      select from pg_depend o join gone w on o.refclassid = w.class and o.refobjid = w.oid
                      where o.classid = d.classid and o.objid = d.objid and o.deptype in ('a', 'i'))
                order by 1 limit %d
                """
                        .formatted(NEEDED_BY_MAX + 1),
                rows -> {
                    var found = new ArrayList<String>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                },
                control.table(model),
                control.table(model));
    }

    /// Drops the control tables when no model is left in them, whoever's. Whoever makes them, and
    /// whoever puts a row into them, waits.
    ///
    /// Tries only: they may be read just now, and what was purged is purged.
    void tidy() {
        try {
            if (exists(ControlTables.MODEL)) {
                session.transaction(this::dropEmpty);
            }
        } catch (TransferFailure _) {
            // The next purge tries again. What is wrong with the connection shows itself anyway.
        }
    }

    private boolean dropEmpty() {
        session.query(
                "select set_config('lock_timeout', ?, true)",
                ResultSet::next,
                LeftOvers.LOCK_TIMEOUT);
        session.query(
                "select pg_advisory_xact_lock(%s)".formatted(ControlTables.LOCK),
                ResultSet::next,
                control.schema());
        if (!exists(ControlTables.MODEL) || !isEmpty()) {
            return false;
        }
        session.update("lock table %s in access exclusive mode".formatted(control.model()));
        if (!isEmpty()) {
            return false;
        }
        BESIDE.forEach(this::dropIfThere);
        dropIfThere(ControlTables.MODEL);
        return true;
    }

    private boolean isEmpty() {
        return session.query(
                "select not exists (select from %s)".formatted(control.model()),
                rows -> rows.next() && rows.getBoolean(1));
    }

    private void dropIfThere(String table) {
        session.update("drop table if exists %s".formatted(control.table(table)));
    }
}
