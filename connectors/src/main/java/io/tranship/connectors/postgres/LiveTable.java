package io.tranship.connectors.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A table as the source's catalog describes it, before a model's demands are laid on it.
///
/// @param oid of the table
/// @param relation `r` table, `p` partitioned, `v` view, `m` materialized view, `f` foreign table
/// @param triggered a trigger may write a row before it is stored
record LiveTable(
        long oid,
        char relation,
        long rowsEstimated,
        boolean triggered,
        Map<String, LiveColumn> columns,
        List<LiveIndex> indexes) {

    private static final String INDEXES =
            """
            select i.indisunique,
                   array(select coalesce(a.attname, '')
                         from unnest(i.indkey::int2[]) with ordinality k (n, place)
                         left join pg_attribute a
                             on a.attrelid = i.indrelid and a.attnum = k.n and k.n > 0
                         where k.place <= i.indnkeyatts
                         order by k.place)::text[]
            from pg_index i
            join pg_class x on x.oid = i.indexrelid
            join pg_am m on m.oid = x.relam and m.amname = 'btree'
            join pg_class c on c.oid = i.indrelid
            join pg_namespace n on n.oid = c.relnamespace
            where i.indisvalid and i.indpred is null and n.nspname = ? and c.relname = ?
            """;

    /// Older servers do not tell the version of the database's own collation.
    private static final int COLLATION_VERSION_SINCE = 150_000;

    /// @param bare the type without length, so that a cast to it never cuts
    /// @param domain a cast to it might cut
    /// @param order by which the column sorts; empty when it needs no collation
    record LiveColumn(
            String name,
            long typeOid,
            int modifier,
            boolean notNull,
            String type,
            String bare,
            boolean domain,
            long element,
            String defaultValue,
            String order) {}

    /// @param columns in order; an empty name stands for an expression
    record LiveIndex(boolean unique, List<String> columns) {

        boolean startsWith(List<String> names) {
            return columns.size() >= names.size() && columns.subList(0, names.size()).equals(names);
        }
    }

    /// One round trip. No columns: there is no such table, or it cannot be seen.
    static LiveTable read(PostgresSession session, String schema, String table) {
        var version =
                session.version() >= COLLATION_VERSION_SINCE
                        ? "(select pg_database_collation_actual_version(oid) from pg_database where datname = current_database())"
                        : "version()";
        return session.guarded(() -> {
            try (var statement =
                    session.prepared(
                            columns(version) + ';' + INDEXES, schema, table, schema, table)) {
                statement.execute();
                return new LiveTableReader().read(statement);
            }
        });
    }

    /// @param version SQL for that of the database's own collation
    private static String columns(String version) {
        return """
        select c.oid::bigint, c.relkind, c.reltuples::bigint,
                  exists (select from pg_trigger t
                          where t.tgrelid = c.oid and not t.tgisinternal
                            and t.tgtype & 1 = 1 and t.tgtype & 2 = 2),
                  a.attname, a.atttypid::bigint, a.atttypmod, a.attnotnull,
                  format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1),
                  t.typtype = 'd', case when t.typcategory = 'A' then t.typelem else 0 end::bigint,
                  coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
                  case a.attcollation
                      when 0 then ''
                      when 100 then 'database ' || coalesce(%s, '')
                      else a.attcollation || ' '
                           || coalesce(pg_collation_actual_version(a.attcollation), '')
                  end
           from pg_class c
           join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           join pg_type t on t.oid = a.atttypid
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
           where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')
           order by a.attnum
        """
                .formatted(version);
    }

    boolean exists() {
        return !columns.isEmpty();
    }

    /// Views and foreign tables have no indexes: their key is as the model declares it.
    boolean isStored() {
        return relation == 'r' || relation == 'p' || relation == 'm';
    }

    boolean isUnique(List<String> key) {
        return indexes.stream()
                .anyMatch(index ->
                        index.unique()
                                && index.columns().size() == key.size()
                                && Set.copyOf(index.columns()).equals(Set.copyOf(key)));
    }

    boolean isIndexed(List<String> names) {
        return indexes.stream().anyMatch(index -> index.startsWith(names));
    }

    /// Collects what the two results say.
    private static final class LiveTableReader {

        private long oid;
        private char relation = '?';
        private long estimated = -1;
        private boolean triggered;
        private final Map<String, LiveColumn> columns = new LinkedHashMap<>();
        private final List<LiveIndex> indexes = new ArrayList<>();

        LiveTable read(PreparedStatement statement) throws SQLException {
            try (var rows = statement.getResultSet()) {
                while (rows.next()) {
                    column(rows);
                }
            }
            statement.getMoreResults();
            try (var rows = statement.getResultSet()) {
                while (rows.next()) {
                    var names = (String[]) rows.getArray(2).getArray();
                    indexes.add(new LiveIndex(rows.getBoolean(1), List.of(names)));
                }
            }
            return new LiveTable(oid, relation, estimated, triggered, columns, indexes);
        }

        private void column(ResultSet rows) throws SQLException {
            oid = rows.getLong(1);
            relation = rows.getString(2).charAt(0);
            estimated = rows.getLong(3) > 0 ? rows.getLong(3) : -1;
            triggered = rows.getBoolean(4);
            var column =
                    new LiveColumn(
                            rows.getString(5),
                            rows.getLong(6),
                            rows.getInt(7),
                            rows.getBoolean(8),
                            rows.getString(9),
                            rows.getString(10),
                            rows.getBoolean(11),
                            rows.getLong(12),
                            rows.getString(13),
                            rows.getString(14));
            columns.put(column.name(), column);
        }
    }
}
