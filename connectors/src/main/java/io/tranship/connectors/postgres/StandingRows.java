package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.Fingerprint;
import io.tranship.connectors.PartDigests;
import io.tranship.connectors.RowPrint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Counts and hashes the rows of models' tables at the destination.
final class StandingRows {

    private final PostgresSession session;
    private final ControlTables control;

    StandingRows(PostgresSession session, ControlTables control) {
        this.session = session;
        this.control = control;
    }

    PartDigests digests(String table, Fingerprint print) {
        return digests(digests(print).summed("from " + control.table(table), ""));
    }

    PartDigests digests(String table, Fingerprint print, List<List<String>> keys) {
        if (keys.isEmpty()) {
            return new PartDigests();
        }
        var from = "from %s where %s".formatted(control.table(table), isOneOf(print.key()));
        return digests(
                digests(print).summed(from, ""),
                Digests.columns(keys, print.key().size()).toArray());
    }

    private PartDigests digests(String each, Object... values) {
        return session.query(
                "select part, %s from (%s) each_row group by part"
                        .formatted(Digests.sums("true"), each),
                found -> {
                    var parts = new PartDigests();
                    while (found.next()) {
                        parts.add(found.getInt(1), Digests.read(found, 2));
                    }
                    return parts;
                },
                values);
    }

    List<RowPrint> prints(String table, Fingerprint print, Set<Integer> parts) {
        var digests = digests(print);
        return prints(
                digests,
                "from (%s) each_row where part = any (?::int[])"
                        .formatted(digests.each("from " + control.table(table), "")),
                parts.stream().map(Object::toString).toList());
    }

    List<RowPrint> prints(String table, Fingerprint print, List<List<String>> keys) {
        var digests = digests(print);
        var from = "from %s where %s".formatted(control.table(table), isOneOf(print.key()));
        return prints(
                digests,
                "from (%s) each_row".formatted(digests.each(from, "")),
                Digests.columns(keys, print.key().size()).toArray());
    }

    private List<RowPrint> prints(Digests digests, String from, Object... values) {
        return session.query(
                "select %s %s".formatted(digests.prints(), from),
                found -> {
                    var prints = new ArrayList<RowPrint>();
                    while (found.next()) {
                        prints.add(digests.print(found, false));
                    }
                    return prints;
                },
                values);
    }

    private static Digests digests(Fingerprint print) {
        var key = names(print.key());
        return new Digests(
                key, names(print.columns()), key, Quoted.name(print.version().to()) + "::text");
    }

    private static List<String> names(List<Carried> columns) {
        return columns.stream().map(column -> Quoted.name(column.to())).toList();
    }

    /// A condition that takes one array of texts for each column of the key.
    static String isOneOf(List<Carried> key) {
        return Digests.isOneOf(
                names(key),
                key.stream().map(column -> column.toType().name()).toList(),
                "?::text[]");
    }
}
