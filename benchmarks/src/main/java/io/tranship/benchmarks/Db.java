package io.tranship.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/// Questions to a database by the one who measures.
public final class Db {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Db() {}

    public static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    public static List<String> texts(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    /// Asks every few milliseconds until the number fits.
    static void await(Connection connection, String sql, LongPredicate fits)
            throws SQLException, InterruptedException {
        var end = System.nanoTime() + LIMIT.toNanos();
        while (!fits.test(number(connection, sql))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "after %s still %d: %s".formatted(LIMIT, number(connection, sql), sql));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
