package io.tranship.connectors.postgres;

import java.util.List;
import java.util.stream.Collectors;

/// The statements that keep what a [RowDifference] is about to displace, and that put it back.
///
/// @param table quoted
/// @param kept quoted; has all columns of the table, and one that says whether the row was there
/// @param columns of the model
record UndoRows(String table, String kept, List<String> columns, List<String> key) {

    /// False for a row that was not there before; only its key is kept.
    private static final String WAS_THERE = "_tranship_was_there";

    /// Makes `kept` of the rows that `beside` has otherwise or not at all.
    String keepOld(String beside, int limit) {
        return """
        create table %1$s as
        select true as %2$s, t.* from %3$s t
        where not exists (
            select from %4$s s
            where %5$s and row(%6$s)::record operator(pg_catalog.*=) row(%7$s)::record)
        limit %8$d
        """
                .formatted(
                        kept,
                        WAS_THERE,
                        table,
                        beside,
                        Quoted.equal("s", "t", key),
                        Quoted.names("s", columns),
                        Quoted.names("t", columns),
                        limit);
    }

    /// Adds the keys that only `beside` has.
    String keepNew(String beside, int limit) {
        return """
        insert into %1$s (%2$s, %3$s)
        select false, %3$s from %4$s s
        where not exists (select from %5$s t where %6$s)
        limit %7$d
        """
                .formatted(
                        kept,
                        WAS_THERE,
                        Quoted.names(key),
                        beside,
                        table,
                        Quoted.equal("s", "t", key),
                        limit);
    }

    String deleteNew() {
        return "delete from %s t using %s u where not u.%s and %s"
                .formatted(table, kept, WAS_THERE, Quoted.equal("u", "t", key));
    }

    /// Rows that were deleted come back whole; in others the model's columns only, as a refresh
    /// changes no more. Gives one row: how many were touched, and how many of them are new.
    ///
    /// @param all columns that both tables have
    String upsertOld(List<String> all) {
        var sets =
                columns.stream()
                        .map(column -> "%1$s = excluded.%1$s".formatted(Quoted.name(column)))
                        .collect(Collectors.joining(", "));
        return """
        with touched as (
            insert into %1$s as t (%2$s) overriding system value
            select %2$s from %3$s where %4$s
            on conflict (%5$s) do update set %6$s
            where row(%7$s)::record operator(pg_catalog.*<>) row(%8$s)::record
            returning t.xmax = 0 as fresh)
        select count(*), count(*) filter (where fresh) from touched
        """
                .formatted(
                        table,
                        Quoted.names(all),
                        kept,
                        WAS_THERE,
                        Quoted.names(key),
                        sets,
                        Quoted.names("t", columns),
                        Quoted.names("excluded", columns));
    }
}
