package io.tranship.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/// db-scheduler with the settings that its README names for high throughput: polling strategy
/// `lock-and-fetch` with 1.0 and 4.0 ("for high throughput, i.e. keep threads busy"), which on
/// PostgreSQL is one `update … for update skip locked … returning`; a short polling interval, so
/// that no pause is counted; the indexes of its `postgresql_tables.sql`.
final class DbSchedulerRival implements Rival {

    private static final int THREADS = 32;
    private static final int CONNECTIONS = THREADS + 8;

    /// `postgresql_tables.sql` of the version used.
    private static final String TABLE =
            """
            create table scheduled_tasks (
                task_name text not null, task_instance text not null, task_data bytea,
                execution_time timestamp with time zone, picked boolean not null, picked_by text,
                last_success timestamp with time zone, last_failure timestamp with time zone,
                consecutive_failures int, last_heartbeat timestamp with time zone,
                version bigint not null, priority smallint, state text,
                primary key (task_name, task_instance));
            create index execution_time_idx on scheduled_tasks (execution_time);
            create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
            """;

    @Override
    public String name() {
        return "db_scheduler";
    }

    @Override
    public double seconds(Stand stand, String database, int jobs)
            throws SQLException, InterruptedException {
        stand.newDatabase(database);
        try (var pool = stand.pool(database, CONNECTIONS)) {
            try (var connection = pool.getConnection()) {
                Db.run(connection, TABLE);
            }
            var done = new CountDownLatch(jobs);
            var task = Tasks.oneTime("trivial").execute((_, _) -> done.countDown());
            var scheduler =
                    Scheduler.create(pool, task)
                            .threads(THREADS)
                            .pollingInterval(Duration.ofMillis(100))
                            .pollUsingLockAndFetch(1.0, 4.0)
                            .build();
            var instances = new ArrayList<TaskInstance<?>>();
            for (var n = 0; n < jobs; n++) {
                instances.add(task.instance(Integer.toString(n)));
            }
            scheduler.scheduleBatch(instances, Instant.now());
            try (var connection = pool.getConnection()) {
                Db.run(connection, "vacuum analyze scheduled_tasks");
                var began = System.nanoTime();
                scheduler.start();
                done.await();
                Db.await(connection, "select count(*) from scheduled_tasks", n -> n == 0);
                var took = (System.nanoTime() - began) / 1e9;
                scheduler.stop();
                return took;
            }
        }
    }
}
