package io.tranship.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The loop that everybody writes once: each worker takes the next job with `for update skip
/// locked`, runs it and deletes it in one transaction.
final class SkipLockedRival implements Rival {

    private static final int WORKERS = 16;

    private static final String NEXT =
            "delete from job where id = (select id from job order by id limit 1 for update skip locked)";

    @Override
    public String name() {
        return "skip_locked";
    }

    @Override
    public double seconds(Stand stand, String database, int jobs)
            throws SQLException, InterruptedException {
        stand.newDatabase(database);
        try (var pool = stand.pool(database, WORKERS);
                var workers = Executors.newFixedThreadPool(WORKERS)) {
            try (var connection = pool.getConnection()) {
                Db.run(connection, "create table job (id bigint primary key, payload text)");
                Db.run(
                        connection,
                        "insert into job select n, 'job' from generate_series(1, %d) n"
                                .formatted(jobs));
                Db.run(connection, "vacuum analyze job");
            }
            var began = System.nanoTime();
            var running = new ArrayList<Future<?>>();
            for (var n = 0; n < WORKERS; n++) {
                running.add(
                        workers.submit(() -> {
                            drain(pool);
                            return null;
                        }));
            }
            for (var each : running) {
                each.get();
            }
            return (System.nanoTime() - began) / 1e9;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker failed", e);
        }
    }

    private static void drain(HikariDataSource pool) throws SQLException {
        try (var connection = pool.getConnection();
                var next = connection.prepareStatement(NEXT)) {
            var taken = 1;
            while (taken == 1) {
                taken = next.executeUpdate();
            }
        }
    }
}
