package io.tranship.outbox;

import io.tranship.schemas.Topics;
import io.tranship.servers.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The tests' service as a process of its own, with a database and topics of its own.
record TallyService(Path jar, Path log, String databaseName, Topics topics) {

    static TallyService in(Path folder) throws Exception {
        var servers = TestServers.get();
        return new TallyService(
                TallyBuild.jar(),
                folder.resolve("tally.log"),
                servers.newDatabase("tally"),
                new Topics(servers.newTopicPrefix()));
    }

    TestKafka kafka() {
        return new TestKafka(TestServers.get().kafkaBootstrap());
    }

    TestDatabase database() {
        var servers = TestServers.get();
        return new TestDatabase(
                servers.jdbcUrl(databaseName), servers.postgresUser(), servers.postgresPassword());
    }

    /// The same service, on the database as it is now. The service must not be running.
    TallyService restoredTo(String copy) {
        return new TallyService(jar, log, copy, topics);
    }

    void copyDatabase(String copy) {
        var servers = TestServers.get();
        var other =
                new TestDatabase(
                        servers.jdbcUrl("postgres"),
                        servers.postgresUser(),
                        servers.postgresPassword());
        // the server may not have noticed yet that the killed process is gone
        other.query(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ?",
                databaseName);
        other.execute("create database \"%s\" template \"%s\"".formatted(copy, databaseName));
    }

    boolean hasApplied(int records) {
        var migrated = database().query("select to_regclass('tally')");
        return !migrated.equals(List.of("null"))
                && database()
                        .query("select count(*) from tally")
                        .getFirst()
                        .equals(Integer.toString(records))
                && database().query("select id from outbox limit 1").isEmpty();
    }

    /// Dies when it reaches `step` for the `times`-th time.
    Running start(String step, int times) throws IOException {
        var servers = TestServers.get();
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx160m",
                        "-Dhalt.step=" + step,
                        "-Dhalt.times=" + times,
                        "-Dtally.poll-records=5",
                        "-Dkafka.interceptor.classes=" + HaltingInterceptor.class.getName(),
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-Dtranship.kafka=" + servers.kafkaBootstrap(),
                        "-Dtranship.topic-prefix=" + topics.prefix(),
                        "-Dtranship.db.host=" + servers.postgresHost(),
                        "-Dtranship.db.port=" + servers.postgresPort(),
                        "-Dtranship.db.name=" + databaseName,
                        "-Dtranship.db.user=" + servers.postgresUser(),
                        "-Dtranship.db.password=" + servers.postgresPassword(),
                        "-jar",
                        jar.toString()));
        return new Running(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
    }

    record Running(Process process) implements AutoCloseable {

        private static final int SECONDS_MAX = 60;

        /// Empty when it lives on.
        OptionalInt exit() throws InterruptedException {
            return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)
                    ? OptionalInt.of(process.exitValue())
                    : OptionalInt.empty();
        }

        void until(BooleanSupplier done) throws InterruptedException {
            for (var i = 0; i < SECONDS_MAX * 5; i++) {
                if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("The service ended with " + process.exitValue());
                }
                if (done.getAsBoolean()) {
                    return;
                }
            }
            throw new AssertionError("Not done within " + SECONDS_MAX + " s");
        }

        /// Kills it, so that nothing is tidied up.
        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
