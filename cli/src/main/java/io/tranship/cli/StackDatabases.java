package io.tranship.cli;

import io.tranship.servers.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;

/// A role and a database of its own for each service: none can read another's.
final class StackDatabases {

    private StackDatabases() {}

    static void prepare(LocalPostgres postgres, StackSecrets secrets) {
        try (var connection = postgres.connect("postgres")) {
            for (var service : StackSecrets.SERVICES) {
                make(connection, service, secrets.of(service));
            }
        } catch (SQLException e) {
            throw CliException.failed(
                    "the services' databases cannot be made: %s; see %s"
                            .formatted(e.getMessage(), postgres.log()));
        }
    }

    /// Both are there afterwards, with this password, whatever was there before.
    static void make(Connection connection, String name, String password) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!exists(connection, "select 1 from pg_roles where rolname = ?", name)) {
                statement.execute("create role \"%s\" login".formatted(name));
            }
            statement.execute("alter role \"%s\" password '%s'".formatted(name, password));
            if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
                statement.execute("create database \"%1$s\" owner \"%1$s\"".formatted(name));
            }
            statement.execute("revoke all on database \"%s\" from public".formatted(name));
        }
    }

    private static boolean exists(Connection connection, String sql, String name)
            throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
