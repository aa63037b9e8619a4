package io.tranship.connectors;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import io.tranship.servers.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A database of a test's own, on a real server.
///
/// @param port of a server whose superuser is that of [#SERVERS]
record Database(int port, String name) {

    static final TestServers SERVERS = TestServers.get();

    Database(String name) {
        this(SERVERS.postgresPort(), name);
    }

    static Database fresh(String hint) {
        return new Database(SERVERS.newDatabase(hint));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(SERVERS.postgresHost(), port, name),
                SERVERS.postgresUser(),
                SERVERS.postgresPassword());
    }

    void run(String... statements) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Each row as one text, its columns parted by `|`; a null is `∅`.
    List<String> rows(String sql) {
        return rowsOfEach(List.of(sql)).getFirst();
    }

    /// Over one connection.
    List<List<String>> rowsOfEach(List<String> queries) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            var each = new ArrayList<List<String>>();
            for (var sql : queries) {
                try (var rows = statement.executeQuery(sql)) {
                    var found = new ArrayList<String>();
                    while (rows.next()) {
                        found.add(row(rows));
                    }
                    each.add(found);
                }
            }
            return each;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String row(ResultSet rows) throws SQLException {
        var columns = new ArrayList<String>();
        for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            var value = rows.getString(i);
            columns.add(value == null ? "∅" : value);
        }
        return String.join("|", columns);
    }

    String value(String sql) {
        return rows(sql).getFirst();
    }

    long count(String from) {
        return Long.parseLong(value("select count(*) from " + from));
    }

    Endpoint.Postgres endpoint(String schema) {
        return new Endpoint.Postgres(
                SERVERS.postgresHost(),
                port,
                name,
                schema,
                SERVERS.postgresUser(),
                new Secret.Env("UNUSED"),
                SslMode.PREFER,
                null);
    }
}
