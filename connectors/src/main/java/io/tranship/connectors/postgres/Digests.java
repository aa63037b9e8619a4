package io.tranship.connectors.postgres;

import io.tranship.connectors.TableDigest;
import java.math.BigInteger;

/// Count and digest of rows, whatever their order and whatever the types of their columns: each row
/// in the text form that its types' output functions give under the session's pinned settings, in
/// UTF-8, hashed; the hashes summed. The same on both sides and on all versions.
final class Digests {

    private static final BigInteger HALF = BigInteger.ONE.shiftLeft(64);

    private Digests() {}

    /// @param columns quoted
    /// @param from `from … where …`
    static TableDigest of(PostgresSession session, String columns, String from) {
        var sql =
                """
                select count(*),
                       coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint), 0)::text,
                       coalesce(sum(('x' || substr(hash, 17, 16))::bit(64)::bigint), 0)::text
                from (select encode(sha256(convert_to(row(%s)::text, 'UTF8')), 'hex') as hash
                      %s offset 0) hashed
                """
                        .formatted(columns, from);
        return session.query(
                sql,
                rows -> {
                    rows.next();
                    return new TableDigest(
                            rows.getLong(1), half(rows.getString(2)) + half(rows.getString(3)));
                });
    }

    private static String half(String sum) {
        var hex = new BigInteger(sum).mod(HALF).toString(16);
        return "0".repeat(16 - hex.length()) + hex;
    }
}
