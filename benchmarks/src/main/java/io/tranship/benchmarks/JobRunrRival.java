package io.tranship.benchmarks;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;

/// JobRunr with its PostgreSQL storage provider as its documentation has it: poll interval 5 s, the
/// least that it allows (while jobs are there it fetches on as workers become free); 32 workers,
/// four times its default for two processors; job requests, which it runs without analysing a
/// lambda.
final class JobRunrRival implements Rival {

    private static final int WORKERS = 32;
    private static final int POLL_SECONDS_MIN = 5;

    /// Found by the handler: JobRunr makes jobs from JSON.
    private static volatile CountDownLatch done = new CountDownLatch(0);

    /// Does nothing.
    public record Trivial(int n) implements JobRequest {
        @Override
        public Class<TrivialHandler> getJobRequestHandler() {
            return TrivialHandler.class;
        }
    }

    /// Counts down.
    public static final class TrivialHandler implements JobRequestHandler<Trivial> {
        @Override
        public void run(Trivial request) {
            done.countDown();
        }
    }

    /// One handler for all.
    private static final class OneHandler implements JobActivator {
        @Override
        public <T> T activateJob(Class<T> type) {
            return type.cast(new TrivialHandler());
        }
    }

    @Override
    public String name() {
        return "jobrunr";
    }

    @Override
    public double seconds(Stand stand, String database, int jobs)
            throws SQLException, InterruptedException {
        stand.newDatabase(database);
        try (var pool = stand.pool(database, WORKERS + 8);
                var storage = new PostgresStorageProvider(pool);
                var connection = stand.connect(database)) {
            var json = new JacksonJsonMapper();
            storage.setJobMapper(new JobMapper(json));
            done = new CountDownLatch(jobs);
            new JobRequestScheduler(storage)
                    .enqueue(IntStream.range(0, jobs).mapToObj(Trivial::new));
            Db.run(connection, "vacuum analyze jobrunr_jobs");
            var server =
                    new BackgroundJobServer(
                            storage,
                            json,
                            new OneHandler(),
                            BackgroundJobServerConfiguration
                                    .usingStandardBackgroundJobServerConfiguration()
                                    .andPollIntervalInSeconds(POLL_SECONDS_MIN)
                                    .andWorkerCount(WORKERS));
            var began = System.nanoTime();
            server.start();
            done.await();
            Db.await(
                    connection,
                    "select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'",
                    n -> n == 0);
            var took = (System.nanoTime() - began) / 1e9;
            server.stop();
            return took;
        }
    }
}
