package io.tranship.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The raw limit of a database: the rows that a service wrote, written again into tables of the
/// same shape by one set-based statement a table and batch, each batch one durable transaction.
///
/// Rows travel as one array of composite literals, which costs the server less than JSON does.
final class Upserts {

    static final int BATCH = 500;

    /// @param key the columns on conflict
    record Table(String name, String key) {}

    /// One transaction: for each table, in order, its rows as composite literals.
    record Batch(List<List<String>> rows) {}

    private final Connection connection;
    private final List<String> statements = new ArrayList<>();

    /// Makes an empty twin of each table, with its indexes and checks.
    Upserts(Connection connection, List<Table> tables) throws SQLException {
        this.connection = connection;
        Db.run(connection, "create schema bare");
        for (var table : tables) {
            Db.run(
                    connection,
                    "create table bare.%1$s (like %1$s including constraints including indexes including storage)"
                            .formatted(table.name()));
            statements.add(statement(table));
        }
    }

    private String statement(Table table) throws SQLException {
        var columns =
                Db.texts(
                        connection,
                        "select attname from pg_attribute where attrelid = '%s'::regclass and attnum > 0 and not attisdropped order by attnum"
                                .formatted(table.name()));
        var set =
                columns.stream()
                        .map(column -> "%1$s = excluded.%1$s".formatted(column))
                        .collect(Collectors.joining(", "));
        return "insert into bare.%1$s select * from unnest(cast(? as bare.%1$s[])) on conflict (%2$s) do update set %3$s"
                .formatted(table.name(), table.key(), set);
    }

    /// Seconds that all batches take.
    double run(List<Batch> batches) throws SQLException {
        connection.setAutoCommit(false);
        var began = System.nanoTime();
        try {
            for (var batch : batches) {
                for (var n = 0; n < statements.size(); n++) {
                    try (var statement = connection.prepareStatement(statements.get(n))) {
                        statement.setArray(
                                1, connection.createArrayOf("text", batch.rows().get(n).toArray()));
                        statement.execute();
                    }
                }
                connection.commit();
            }
        } finally {
            connection.setAutoCommit(true);
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
