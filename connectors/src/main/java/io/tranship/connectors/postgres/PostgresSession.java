package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.Side;
import io.tranship.connectors.TransferFailure;
import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// One connection to one server, with every session setting that could change a value's text or the
/// meaning of a name pinned. All trouble leaves as a [TransferFailure].
final class PostgresSession implements AutoCloseable {

    private static final int BINARY_SINCE = 140_000;

    private final Connection connection;
    private final PostgresErrors errors;
    private final Duration lockTimeout;
    private int version;
    private boolean utf8;
    private boolean readOnly;
    private String about = "connecting";

    private PostgresSession(Connection connection, PostgresErrors errors, Duration lockTimeout) {
        this.connection = connection;
        this.errors = errors;
        this.lockTimeout = lockTimeout;
    }

    interface Reader<T extends @Nullable Object> {
        T read(ResultSet rows) throws SQLException;
    }

    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /// @param name as messages name it, such as `source app`
    static PostgresSession open(
            Side side,
            String name,
            Endpoint.Postgres to,
            String password,
            String applicationName,
            TransferSettings settings) {
        var errors =
                new PostgresErrors(
                        side, "%s (%s:%d/%s)".formatted(name, to.host(), to.port(), to.database()));
        checkRootCertificate(side, name, to);
        try {
            var session =
                    new PostgresSession(
                            PostgresDriver.connect(to, password, applicationName, settings),
                            errors,
                            settings.lockTimeout());
            session.pin(side, settings);
            PostgresDriver.trust(session.connection, settings);
            session.about = "preparing";
            return session;
        } catch (SQLException e) {
            throw errors.connecting(e, PostgresDriver.demandsTls(to), !password.isEmpty());
        }
    }

    private static void checkRootCertificate(Side side, String name, Endpoint.Postgres to) {
        var path = to.sslRootCert();
        if (path != null && PostgresDriver.usesTls(to) && !Files.isReadable(Path.of(path))) {
            throw new TransferFailure(
                    side == Side.SOURCE
                            ? ErrorCode.SOURCE_TLS_FAILED
                            : ErrorCode.DESTINATION_TLS_FAILED,
                    "%s: ssl_root_cert %s cannot be read where the worker runs; put it there, or correct the path"
                            .formatted(name, path));
        }
    }

    private void pin(Side side, TransferSettings settings) throws SQLException {
        var pins = pins(side, settings);
        var sql =
                """
                select set_config(name, value, false),
                       current_setting('server_version_num')::int,
                       current_setting('server_encoding') = 'UTF8',
                       pg_is_in_recovery()
                from unnest(?::text[], ?::text[]) as pin (name, value)
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array(List.copyOf(pins.keySet())));
            statement.setArray(2, array(List.copyOf(pins.values())));
            try (var rows = statement.executeQuery()) {
                rows.next();
                version = rows.getInt(2);
                utf8 = rows.getBoolean(3);
                readOnly = rows.getBoolean(4);
            }
        }
    }

    private static Map<String, String> pins(Side side, TransferSettings settings) {
        var pins = new LinkedHashMap<String, String>();
        pins.put("TimeZone", "UTC");
        pins.put("DateStyle", "ISO, MDY");
        pins.put("IntervalStyle", "postgres");
        pins.put("extra_float_digits", "3");
        pins.put("bytea_output", "hex");
        pins.put("xmloption", "content");
        pins.put("lc_monetary", "C");
        pins.put("standard_conforming_strings", "on");
        // Last of all our own temporary tables, so that nobody's table is taken for another.
        pins.put("search_path", "pg_catalog, pg_temp");
        pins.put("statement_timeout", millis(settings.statementTimeout()));
        pins.put("lock_timeout", millis(settings.lockTimeout()));
        pins.put(
                "idle_in_transaction_session_timeout", millis(settings.idleInTransactionTimeout()));
        pins.put("tcp_keepalives_idle", "30");
        pins.put("tcp_keepalives_interval", "10");
        pins.put("tcp_keepalives_count", "3");
        pins.put("client_min_messages", "error");
        pins.put("jit", "off");
        if (side == Side.SOURCE) {
            pins.put("default_transaction_read_only", "on");
            // A cursor over keys is read to its end.
            pins.put("cursor_tuple_fraction", "1");
        }
        return pins;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    /// Whose statements follow, for messages.
    void about(String model) {
        about = "model " + model;
    }

    /// Both ends must be so for rows to pass undecoded.
    boolean isBinaryCapable(ColumnType type) {
        return utf8 && version >= BINARY_SINCE && PostgresTypes.isBinary(type, version);
    }

    Duration lockTimeout() {
        return lockTimeout;
    }

    int version() {
        return version;
    }

    /// A standby.
    boolean isReadOnly() {
        return readOnly;
    }

    <T extends @Nullable Object> T query(String sql, Reader<T> reader, @Nullable Object... values) {
        return guarded(() -> {
            try (var statement = prepared(sql, values);
                    var rows = statement.executeQuery()) {
                return reader.read(rows);
            }
        });
    }

    /// @return rows that it touched
    int update(String sql, @Nullable Object... values) {
        return guarded(() -> {
            try (var statement = prepared(sql, values)) {
                return statement.executeUpdate();
            }
        });
    }

    /// @throws SQLException for callers that look at its state
    PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var i = 0; i < values.length; i++) {
            if (values[i] instanceof List<?> list) {
                statement.setArray(i + 1, array(list));
            } else {
                statement.setObject(i + 1, values[i]);
            }
        }
        return statement;
    }

    /// All of `work` or nothing of it.
    <T extends @Nullable Object> T transaction(Supplier<T> work) {
        return guarded(() -> transactionOf(work::get));
    }

    /// @throws SQLException for callers that look at its state
    <T extends @Nullable Object> T transactionOf(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        var done = false;
        try {
            var result = work.run();
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollBack();
            }
            restoreAutoCommit(done);
        }
    }

    /// Within a transaction: all of `work`, or nothing of it because of what is in rows.
    ///
    /// @return why rows were refused; null: they were not
    /// @throws TransferFailure for any other reason, which ends the transaction
    @Nullable TransferFailure attempt(Runnable work) {
        return guarded(() -> {
            var savepoint = connection.setSavepoint();
            try {
                work.run();
                connection.releaseSavepoint(savepoint);
                return null;
            } catch (TransferFailure e) {
                if (e.refusal() == null) {
                    throw e;
                }
                connection.rollback(savepoint);
                connection.releaseSavepoint(savepoint);
                return e;
            }
        });
    }

    private void rollBack() {
        try {
            connection.rollback();
        } catch (SQLException _) {
            // The connection is broken, so the server rolls back by itself.
        }
    }

    private void restoreAutoCommit(boolean done) throws SQLException {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            if (done) {
                throw e;
            }
        }
    }

    <T extends @Nullable Object> T guarded(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    TransferFailure failure(SQLException e) {
        return errors.of(about, e);
    }

    /// For results that shall come as the server writes them: a statement that was prepared often
    /// enough gets them in binary.
    Statement plain() throws SQLException {
        return connection.createStatement();
    }

    CopyManager copying() throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    Array array(List<?> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    /// From another thread. Not one of the statements that limits count.
    void cancel() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException _) {
            // Nobody is there to cancel anything.
        }
    }

    /// From another thread.
    void cut() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException _) {
            // It is cut already.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // The server rolls back what is left.
        }
    }
}
