package io.tranship.cli;

import io.tranship.servers.LocalPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import org.postgresql.PGConnection;

/// Whether a destination's table holds exactly its tenant's rows: every column of every row, in the
/// order of the key, as one digest of each side.
record RowComparison(LocalPostgres postgres) {

    static final String SCHEMA = "vendor_data";

    /// One side of a table.
    record Side(long rows, String digest) {}

    /// @param rows at the destination
    record Verdict(long rows, boolean isIdentical) {

        Verdict and(Verdict other) {
            return new Verdict(rows + other.rows, isIdentical && other.isIdentical);
        }
    }

    Verdict of(DemoTenant tenant) throws SQLException {
        try (var source = postgres.connect(DemoDatabases.SOURCE);
                var destination = postgres.connect(tenant.name())) {
            var verdict = new Verdict(0, true);
            for (var table : DemoCatalog.TABLES) {
                verdict = verdict.and(compare(source, destination, tenant, table));
            }
            return verdict;
        }
    }

    private static Verdict compare(
            Connection source, Connection destination, DemoTenant tenant, String table)
            throws SQLException {
        var columns = columns(source, table);
        var wanted =
                side(
                        source,
                        "select %s from %s where organization_id = '%s' order by id"
                                .formatted(columns, table, tenant.tenant()));
        var found =
                side(
                        destination,
                        "select %s from %s.%s order by id"
                                .formatted(columns, SCHEMA, DemoCatalog.model(table)));
        return new Verdict(found.rows(), wanted.equals(found));
    }

    private static String columns(Connection source, String table) throws SQLException {
        try (var query =
                source.prepareStatement(
                        """
                        select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
                        from information_schema.columns where table_schema = 'public' and table_name = ?
                        """)) {
            query.setString(1, table);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static Side side(Connection connection, String query) throws SQLException {
        var digest = sha256();
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            var rows =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut("copy (%s) to stdout".formatted(query), out);
            return new Side(rows, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
