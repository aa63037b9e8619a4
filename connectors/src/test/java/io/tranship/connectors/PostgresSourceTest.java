package io.tranship.connectors;

import io.tranship.connectors.postgres.PostgresSource;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

class PostgresSourceTest extends SourceContract {

    private final Database database = Database.fresh("source");

    @Override
    void make(int rows) {
        Invoices.make(database, rows);
    }

    @Override
    void insert(long id, String tenant, @Nullable Instant updated) {
        database.run(
                "insert into invoices values (%d, '%s', 'inserted', %s)"
                        .formatted(id, tenant, updated == null ? "null" : "'" + updated + "'"));
    }

    @Override
    void change(long id, String number) {
        database.run(
                "update invoices set number = '%s', updated_at = now() where id = %d"
                        .formatted(number, id));
    }

    @Override
    AutoCloseable insertLate(long id, String tenant) {
        try {
            var late = database.connect();
            late.setAutoCommit(false);
            late.createStatement()
                    .execute("insert into invoices values (%d, '%s')".formatted(id, tenant));
            return () -> {
                try (late) {
                    late.commit();
                }
            };
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    Source open(String tenant) {
        var order = Order.between(database, database).tenant(tenant);
        var plan = order.plan();
        return PostgresSource.open(
                plan,
                plan.order().sources().getFirst(),
                order.from(),
                Database.SERVERS.postgresPassword());
    }
}
