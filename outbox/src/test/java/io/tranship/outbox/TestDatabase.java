package io.tranship.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The database as the tests see it from outside.
record TestDatabase(String url, String user, String password) {

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /// The tables of the library, without Flyway.
    TestDatabase migrated() throws SQLException, IOException {
        try (var script =
                        Objects.requireNonNull(
                                getClass()
                                        .getResourceAsStream(
                                                "/db/outbox/V0_1__inbox_and_outbox.sql"));
                var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return this;
    }

    void execute(String sql, Object... arguments) {
        try (var connection = connect()) {
            execute(connection, sql, arguments);
        } catch (SQLException trouble) {
            throw new IllegalStateException(sql, trouble);
        }
    }

    static void execute(Connection connection, String sql, Object... arguments)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }

    /// The first column as text.
    List<String> query(String sql, Object... arguments) {
        try (var connection = connect();
                var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (var rows = statement.executeQuery()) {
                var found = new ArrayList<String>();
                while (rows.next()) {
                    found.add(String.valueOf(rows.getString(1)));
                }
                return found;
            }
        } catch (SQLException trouble) {
            throw new IllegalStateException(sql, trouble);
        }
    }

    /// A row as the library would add it.
    static void add(Connection connection, String topic, String key, String value)
            throws SQLException {
        execute(
                connection,
                "insert into outbox (topic, key, value, headers) values (?, ?, ?, ?)",
                topic,
                TestKafka.bytes(key),
                TestKafka.bytes(value),
                TestKafka.bytes(OutboxHeaders.encode(Map.of("kind", "test"))));
    }

    void add(String topic, String key, List<String> values) throws SQLException {
        try (var connection = connect()) {
            for (var value : values) {
                add(connection, topic, key, value);
            }
        }
    }
}
