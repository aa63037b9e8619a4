package io.tranship.connectors.postgres;

import io.tranship.connectors.Fingerprint;
import io.tranship.connectors.PartDigest;
import io.tranship.connectors.RowPrint;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The SQL that counts and hashes rows, whatever their order and whatever the types of their
/// columns: each row in the text form that its types' output functions give under the session's
/// pinned settings, in UTF-8, hashed; the hashes summed by part. The same on both sides and on all
/// versions.
///
/// @param key one expression per column: its value at the destination
/// @param values likewise, of all that is compared
/// @param keyHere one expression per column of the key: its value at this side
/// @param version an expression: the text of the last-modified value
record Digests(List<String> key, List<String> values, List<String> keyHere, String version) {

    private static final String ROWS = "count(*)";
    private static final String HIGH = "sum(substring(bits from 1 for 64)::bigint)";
    private static final String LOW = "sum(substring(bits from 65)::bigint)";
    private static final String TEXT = "format('%%s', %s)";

    /// How many columns [#sums] gives.
    static final int SUMS = 3;

    /// Columns of one row: a part's count and sums, of the rows that meet `condition`; for [#read].
    static String sums(String condition) {
        return List.of(ROWS, HIGH, LOW).stream()
                .map(sum -> "coalesce(%s filter (where %s), 0)::text".formatted(sum, condition))
                .collect(Collectors.joining(", "));
    }

    /// @param first column of [#sums]
    static PartDigest read(ResultSet row, int first) throws SQLException {
        return new PartDigest(
                row.getLong(first), half(row.getString(first + 1)), half(row.getString(first + 2)));
    }

    private static long half(String sum) {
        return new BigInteger(sum).longValue();
    }

    /// `part` and `bits` of each row, the values of its key as `k1`, `k2` …, and `more`: all that
    /// [#sums] needs, as each row of a table pays for it.
    ///
    /// @param from `from … where …`
    String summed(String from, String more) {
        return parted(
                "('x' || %s)::bit(128) as bits, %s%s".formatted(hash(), keys("%s"), more), from);
    }

    /// `part`, `hash` and `version` of each row, its `identity`, the texts of its key as `k1`, `k2`
    /// …, and `more`.
    ///
    /// @param from `from … where …`
    String each(String from, String more) {
        return parted(
                "%s as hash, row(%s)::text as identity, %s as version, %s%s"
                        .formatted(hash(), String.join(", ", key), version, keys(TEXT), more),
                from);
    }

    private String hash() {
        return "encode(substr(sha256(convert_to(row(%s)::text, 'UTF8')), 1, 16), 'hex')"
                .formatted(String.join(", ", values));
    }

    private String parted(String columns, String from) {
        // Not pulled up, or each hash would be taken as often as it is named.
        return """
        select (get_byte(key_hash, 0) << 8 | get_byte(key_hash, 1)) %% %d as part, r.*
        from (select %s, sha256(convert_to(%s, 'UTF8')) as key_hash
              %s offset 0) r
        """
                .formatted(Fingerprint.PARTS, columns, keyText(), from);
    }

    private String keyText() {
        return key.size() == 1
                ? "(%s)::text".formatted(key.getFirst())
                : "row(%s)::text".formatted(String.join(", ", key));
    }

    private String keys(String form) {
        return IntStream.range(0, keyHere.size())
                .mapToObj(i -> form.formatted(keyHere.get(i)) + " as k%d".formatted(i + 1))
                .collect(Collectors.joining(", "));
    }

    /// `k1, k2 …`, each as `form` says.
    String keyNames(String form) {
        return IntStream.rangeClosed(1, keyHere.size())
                .mapToObj(i -> form.formatted("k" + i))
                .collect(Collectors.joining(", "));
    }

    /// The columns that [#print] reads, the key last.
    String prints() {
        return "identity, hash, version, %s".formatted(keyNames("%s"));
    }

    /// @param later of all rows
    RowPrint print(ResultSet row, boolean later) throws SQLException {
        return new RowPrint(
                row.getString(1), key(row, 4), row.getString(2), row.getString(3), later);
    }

    private List<String> key(ResultSet row, int first) throws SQLException {
        var texts = new ArrayList<String>(keyHere.size());
        for (var i = 0; i < keyHere.size(); i++) {
            texts.add(row.getString(first + i));
        }
        return texts;
    }

    /// Keys by column, as a statement takes them.
    static List<List<String>> columns(List<List<String>> keys, int width) {
        return IntStream.range(0, width)
                .mapToObj(i -> keys.stream().map(key -> key.get(i)).toList())
                .toList();
    }

    /// A condition: the key is one of those that are bound to as many parameters as it has columns.
    ///
    /// @param names quoted
    /// @param types to which a text of each is cast
    static String isOneOf(List<String> names, List<String> types, String parameter) {
        var columns =
                IntStream.rangeClosed(1, names.size())
                        .mapToObj(i -> "k" + i)
                        .collect(Collectors.joining(", "));
        var cast =
                IntStream.rangeClosed(1, names.size())
                        .mapToObj(i -> "k%d::%s".formatted(i, types.get(i - 1)))
                        .collect(Collectors.joining(", "));
        var bound =
                IntStream.rangeClosed(1, names.size())
                        .mapToObj(i -> parameter.formatted(i))
                        .collect(Collectors.joining(", "));
        return "(%s) in (select %s from unnest(%s) as wanted (%s))"
                .formatted(String.join(", ", names), cast, bound, columns);
    }
}
