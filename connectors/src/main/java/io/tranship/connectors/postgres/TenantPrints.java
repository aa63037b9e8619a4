package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.ColumnType;
import io.tranship.connectors.Fingerprint;
import io.tranship.connectors.PartDigests;
import io.tranship.connectors.RowPrint;
import io.tranship.connectors.Slice;
import io.tranship.connectors.SourcePrints;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Counts and hashes a tenant's rows as they are once they have been carried. What the next
/// transfer reads again is told apart in the same statement, so that both are of one moment.
///
/// Everything that it reads has been bound.
final class TenantPrints {

    /// Whose keys a comparison holds in memory.
    private static final int LATER_ROWS_MAX = 200_000;

    private static final int FIRST_SUM = 2;

    private final PostgresSession session;
    private final TenantRows rows;
    private final SourceTable table;
    private final Slice.Since later;

    TenantPrints(PostgresSession session, TenantRows rows, SourceTable table, Slice.Since later) {
        this.session = session;
        this.rows = rows;
        this.table = table;
        this.later = later;
    }

    SourcePrints digests(Fingerprint print) {
        checkLater();
        var digests = digestsOf(print);
        var sql =
                """
                select part, %s, later, %s
                from (%s) each_row
                group by part, later
                """
                        .formatted(
                                Digests.sums("not gone"),
                                digests.keyNames(
                                        "array_agg(format('%%s', %s)) filter (where later)"),
                                digests.summed(rows.compared(table, later), more()));
        return session.query(
                sql,
                found -> {
                    var prints =
                            new SourcePrints(
                                    new PartDigests(), new PartDigests(), new ArrayList<>());
                    while (found.next()) {
                        var isLater = found.getBoolean(FIRST_SUM + Digests.SUMS);
                        (isLater ? prints.later() : prints.settled())
                                .add(found.getInt(1), Digests.read(found, FIRST_SUM));
                        if (isLater) {
                            addKeys(prints.laterKeys(), found, print.key().size());
                        }
                    }
                    return prints;
                });
    }

    private static void addKeys(List<List<String>> keys, ResultSet found, int width)
            throws SQLException {
        var columns = new ArrayList<String[]>(width);
        for (var i = 0; i < width; i++) {
            columns.add((String[]) found.getArray(FIRST_SUM + Digests.SUMS + 1 + i).getArray());
        }
        for (var row = 0; row < columns.getFirst().length; row++) {
            var n = row;
            keys.add(columns.stream().map(column -> column[n]).toList());
        }
    }

    private void checkLater() {
        var many =
                session.query(
                        "select count(*) from (select %s limit %d) few"
                                .formatted(rows.changed(table, later), LATER_ROWS_MAX + 1),
                        found -> found.next() && found.getLong(1) > LATER_ROWS_MAX);
        if (many) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_ROWS_AHEAD,
                    "model %s: more than %d rows changed at the source since the last transfer, too many to tell them from differences; transfer first, then compare"
                            .formatted(table.model().name(), LATER_ROWS_MAX));
        }
    }

    /// Each row of some parts.
    List<RowPrint> of(Fingerprint print, Set<Integer> parts) {
        return prints(
                print, "part = any (?::int[])", parts.stream().map(Object::toString).toList());
    }

    List<RowPrint> ofLater(Fingerprint print) {
        return prints(print, "later");
    }

    private List<RowPrint> prints(Fingerprint print, String condition, Object... values) {
        var digests = digestsOf(print);
        return session.query(
                "select %s, later from (%s) each_row where %s"
                        .formatted(digests.prints(), each(digests), condition),
                found -> {
                    var prints = new ArrayList<RowPrint>();
                    while (found.next()) {
                        prints.add(digests.print(found, found.getBoolean("later")));
                    }
                    return prints;
                },
                values);
    }

    private String each(Digests digests) {
        return digests.each(rows.compared(table, later), more());
    }

    private String more() {
        return ", (%s) is true as later, %s as gone"
                .formatted(rows.isLater(table, later), rows.isGone());
    }

    private static Digests digestsOf(Fingerprint print) {
        return new Digests(
                print.key().stream().map(TenantPrints::arrived).toList(),
                print.columns().stream().map(TenantPrints::arrived).toList(),
                print.key().stream().map(column -> Quoted.name(column.from().name())).toList(),
                Quoted.name(print.version().from().name()) + "::text");
    }

    /// What a column is at the other end, where its type is another one: its text, read as that. A
    /// type that was made there is unknown here, and so compared by text. The text is that of the
    /// type's output function, as COPY writes it: a cast to text cuts blanks, and says `true`.
    private static String arrived(Carried column) {
        var name = Quoted.name(column.from().name());
        return column.from().type().isSameAs(column.toType())
                        || column.toType().category() == ColumnType.Category.MADE
                ? name
                : "case when num_nulls(%1$s) = 0 then format('%%s', %1$s) end::%2$s"
                        .formatted(name, column.toType().name());
    }
}
