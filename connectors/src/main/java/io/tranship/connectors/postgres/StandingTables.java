package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.DestinationTable;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TableColumn;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Models' tables at the destination: looks at them, makes them, widens them.
final class StandingTables {

    private static final String COLUMNS =
            """
            select a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint, a.atttypmod,
                   case when t.typcategory = 'A' then t.typelem else 0 end::bigint,
                   exists (select from pg_index i
                           where i.indrelid = c.oid and i.indisunique and i.indisvalid
                             and i.indimmediate and i.indpred is null and i.indexprs is null
                             and array(select k.attname::text collate "C" from pg_attribute k
                                       where k.attrelid = c.oid
                                         and k.attnum = any (i.indkey[0:i.indnkeyatts - 1])
                                       order by 1)
                                 = array(select key::text collate "C"
                                         from unnest(?::text[]) as wanted (key) order by 1))
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            join pg_type t on t.oid = a.atttypid
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
            order by a.attnum
            """;

    private final PostgresSession session;
    private final ControlTables control;
    private final Readers readers;

    StandingTables(PostgresSession session, ControlTables control, Readers readers) {
        this.session = session;
        this.control = control;
        this.readers = readers;
    }

    DestinationTable table(String name, List<String> key) {
        return session.query(
                COLUMNS,
                rows -> {
                    var columns = new LinkedHashMap<String, ColumnType>();
                    var unique = false;
                    while (rows.next()) {
                        columns.put(
                                rows.getString(1),
                                PostgresTypes.type(
                                        rows.getString(2),
                                        rows.getLong(3),
                                        rows.getLong(5),
                                        rows.getInt(4)));
                        unique = rows.getBoolean(6);
                    }
                    return new DestinationTable(name, columns, unique);
                },
                key,
                control.schema(),
                name);
    }

    boolean hasRows(String name) {
        return session.query(
                "select exists (select from %s)".formatted(control.table(name)),
                rows -> rows.next() && rows.getBoolean(1));
    }

    void addColumns(SourceTable table, DestinationTable to) {
        if (!to.missing(table).isEmpty()) {
            LockTurns.update(session, adding(table, to.missing(table), to.name()));
        }
    }

    private String adding(SourceTable table, List<TableColumn> columns, String to) {
        return columns.stream()
                .map(column -> "add column if not exists " + definition(table, column))
                .collect(
                        Collectors.joining(
                                ", ", "alter table %s ".formatted(control.table(to)), ""));
    }

    /// In the caller's transaction: `name` with the columns of `standing`, so that rows of both
    /// compare; those that it lacks are as the source's.
    void make(String name, SourceTable table, DestinationTable standing) {
        table.columns().forEach(column -> checkDeclared(table, column));
        if (standing.exists()) {
            var missing = standing.missing(table);
            var columns =
                    table.columns().stream()
                            .filter(column -> !missing.contains(column))
                            .map(TableColumn::as)
                            .toList();
            session.update(
                    "create table %s as select %s from %s with no data"
                            .formatted(
                                    control.table(name),
                                    Quoted.names(columns),
                                    control.table(standing.name())));
            if (!missing.isEmpty()) {
                session.update(adding(table, missing, name));
            }
        } else {
            session.update(
                    "create table %s (%s)"
                            .formatted(
                                    control.table(name),
                                    table.columns().stream()
                                            .map(column -> definition(table, column))
                                            .collect(Collectors.joining(", "))));
            readers.mayRead(name);
        }
        session.update(
                "alter table %s add constraint %s primary key (%s)"
                        .formatted(
                                control.table(name),
                                Quoted.name(keyName(name)),
                                Quoted.names(key(table))));
    }

    private void checkDeclared(SourceTable table, TableColumn column) {
        if (column.declared() == null) {
            return;
        }
        var declared = PostgresTypes.atDestination(table.model().name(), column);
        var unknown =
                session.query(
                        "select to_regtype(?) is null",
                        rows -> rows.next() && rows.getBoolean(1),
                        declared);
        if (unknown) {
            throw new TransferFailure(
                    ErrorCode.INVALID_CATALOG,
                    "model %s: column %s declares type '%s', which is unknown at the destination; write it with its schema, such as public.citext, or create it"
                            .formatted(table.model().name(), column.as(), declared));
        }
    }

    /// In the caller's transaction: `from` becomes `to`, and its key is named after it if that name
    /// is free.
    void rename(String from, String to) {
        session.update(
                "alter table %s rename to %s".formatted(control.table(from), Quoted.name(to)));
        var wanted = keyName(to);
        var free =
                session.query(
                        "select to_regclass(?) is null",
                        rows -> rows.next() && rows.getBoolean(1),
                        control.table(wanted));
        if (free) {
            session.update(
                    "alter table %s rename constraint %s to %s"
                            .formatted(
                                    control.table(to),
                                    Quoted.name(keyName(from)),
                                    Quoted.name(wanted)));
        }
    }

    static List<String> key(SourceTable table) {
        return table.key().stream().map(TableColumn::as).toList();
    }

    /// At most as long as a name may be, cut between characters.
    private static String keyName(String table) {
        var room = Quoted.NAME_BYTES_MAX - "_pkey".length();
        var cut = table;
        while (cut.getBytes(StandardCharsets.UTF_8).length > room) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut + "_pkey";
    }

    private static String definition(SourceTable table, TableColumn column) {
        return Quoted.name(column.as())
                + ' '
                + PostgresTypes.atDestination(table.model().name(), column);
    }
}
