package io.tranship.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// The relay's own connection: it holds the right to relay and reads and deletes the rows, so that
/// a process which lost the right can no longer delete anything.
///
/// Never from a pool: there the lock would go back still held, and outlive the relay.
final class RelayStore implements AutoCloseable {

    /// One relay per database.
    private static final long LOCK = 0x7472616e73686970L;

    private static final int BATCH_BYTES_MAX = 8_000_000;
    private static final int BACKLOG_ROWS_MAX = 100_000;

    /// Bounded by bytes too, except for the first row. By id and from the start each time: an id
    /// that was committed after a higher one must not be passed over.
    private static final String UNSENT =
            """
            select id, topic, key, value, headers
            from (select o.*, sum(coalesce(octet_length(value), 0)) over (order by id
                              rows between unbounded preceding and current row) as bytes,
                         row_number() over (order by id) as n
                  from (select id, topic, key, value, headers from outbox order by id limit ?) o)
            where bytes <= ? or n = 1
            order by id
            """;

    private static final String BACKLOG =
            """
            select count(*), coalesce(extract(epoch from clock_timestamp() - min(added_at)), 0) * 1000
            from (select added_at from outbox order by id limit ?)
            """;

    private final String url;
    private final Properties settings;
    private @Nullable Connection connection;
    private boolean leading;

    RelayStore(String url, String user, String password) {
        this.url = url;
        settings = new Properties();
        settings.setProperty("user", user);
        settings.setProperty("password", password);
        settings.setProperty("ApplicationName", "tranship relay");
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("socketTimeout", "30");
        settings.setProperty("tcpKeepAlive", "true");
        // When this machine vanishes, the server lets go of the lock soon.
        settings.setProperty(
                "options",
                "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                        + " -c idle_session_timeout=60s -c statement_timeout=20s");
    }

    /// Whether this process may relay; connects and asks for the right when it does not have it.
    boolean leads() throws SQLException {
        if (!leading) {
            try (var query = open().prepareStatement("select pg_try_advisory_lock(?)")) {
                query.setLong(1, LOCK);
                try (var rows = query.executeQuery()) {
                    rows.next();
                    leading = rows.getBoolean(1);
                }
            }
        }
        return leading;
    }

    List<RelayRow> unsent(int rowsMax) throws SQLException {
        try (var query = open().prepareStatement(UNSENT)) {
            query.setInt(1, rowsMax);
            query.setInt(2, BATCH_BYTES_MAX);
            try (var rows = query.executeQuery()) {
                var unsent = new ArrayList<RelayRow>();
                while (rows.next()) {
                    unsent.add(row(rows));
                }
                return unsent;
            }
        }
    }

    private static RelayRow row(ResultSet rows) throws SQLException {
        return new RelayRow(
                rows.getLong("id"),
                new OutboxRecord(
                        rows.getString("topic"),
                        new String(rows.getBytes("key"), StandardCharsets.UTF_8),
                        rows.getBytes("value"),
                        OutboxHeaders.decode(
                                new String(rows.getBytes("headers"), StandardCharsets.UTF_8))));
    }

    void delete(List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (var statement = open().prepareStatement("delete from outbox where id = any (?)")) {
            statement.setArray(1, open().createArrayOf("bigint", ids.toArray()));
            statement.executeUpdate();
        }
    }

    /// Rows that wait, counted up to a bound, and the age of the oldest.
    Backlog backlog() throws SQLException {
        try (var query = open().prepareStatement(BACKLOG)) {
            query.setInt(1, BACKLOG_ROWS_MAX);
            try (var rows = query.executeQuery()) {
                rows.next();
                return new Backlog(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    record Backlog(long rows, long oldestAgeMs) {}

    private Connection open() throws SQLException {
        if (connection == null) {
            var opened = new Driver().connect(url, settings);
            if (opened == null) {
                throw new SQLException("quarkus.datasource.jdbc.url is not a PostgreSQL address");
            }
            connection = opened;
        }
        return connection;
    }

    /// Gives the right back. The next use connects anew.
    @Override
    public void close() {
        leading = false;
        var closing = connection;
        connection = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (SQLException _) {
                // it was lost already, and the lock with it
            }
        }
    }
}
