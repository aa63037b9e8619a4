package io.tranship.connectors.postgres;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The statements that make a table's rows those of another relation with the same columns.
///
/// Two rows differ when their stored images do, so that a column of any type is compared, also one
/// without an equality, and `1.0` becomes `1.00`; and a row that does not differ is not written.
///
/// @param table quoted
/// @param columns of both
/// @param key of both
record RowDifference(String table, List<String> columns, List<String> key) {

    /// Inserts and updates from `relation`; gives the key of each row touched, and whether it is
    /// new, as `_tranship_fresh`.
    ///
    /// @param newerBy leaves rows alone that are newer in the table by this column; null: none
    String upsert(String relation, @Nullable String newerBy) {
        var sets =
                columns.stream()
                        .map(column -> "%1$s = excluded.%1$s".formatted(Quoted.name(column)))
                        .collect(Collectors.joining(", "));
        return """
        insert into %s as t (%s) select %s from %s
        on conflict (%s) do update set %s
        where row(%s)::record operator(pg_catalog.*<>) row(%s)::record and %s
        returning %s, t.xmax = 0 as _tranship_fresh
        """
                .formatted(
                        table,
                        Quoted.names(columns),
                        Quoted.names(columns),
                        relation,
                        Quoted.names(key),
                        sets,
                        Quoted.names("t", columns),
                        Quoted.names("excluded", columns),
                        newerBy == null ? "true" : notOlder("excluded", Quoted.name(newerBy)),
                        Quoted.names("t", key));
    }

    /// A condition: the row of `other` is not older than that of the table, `t`.
    ///
    /// @param column quoted
    static String notOlder(String other, String column) {
        return "(%2$s.%1$s >= t.%1$s or %2$s.%1$s is null or t.%1$s is null)"
                .formatted(column, other);
    }

    /// Deletes what `relation` does not have.
    String deleteAbsent(String relation) {
        return "delete from %s t where not exists (select from %s s where %s)"
                .formatted(table, relation, Quoted.equal("s", "t", key));
    }

    /// A condition: every key of `relation` is in the table.
    String hasAllOf(String relation) {
        return "not exists (select from %s s where not exists (select from %s t where %s))"
                .formatted(relation, table, Quoted.equal("s", "t", key));
    }
}
