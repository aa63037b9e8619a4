package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Only the newest run of a model writes.
class FenceTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(100);

    FenceTest() {
        Invoices.make(source, 5_000);
    }

    private static Order impatient(Order order) {
        return order.settings(s ->
                new TransferSettings(
                        s.rowsPerChunk(),
                        s.pipeBytes(),
                        s.rowBytesMax(),
                        s.lookback(),
                        s.boundMargin(),
                        s.shrinkPercentMin(),
                        s.connectTimeout(),
                        Duration.ofMillis(200),
                        s.statementTimeout(),
                        s.idleInTransactionTimeout(),
                        s.progressEvery(),
                        s.stopWithin()));
    }

    /// A run that sleeps after its first chunk until another one has done all, then wakes.
    @Test
    void aZombieThatWakesWritesNothing() {
        var results = new Results();
        var newer = order.epoch(20_000);
        order.epoch(10_000)
                .run(
                        new TransferListener() {
                            private boolean slept;

                            @Override
                            public void progress(
                                    String model, long rows, long bytes, int done, int total) {
                                if (!slept) {
                                    slept = true;
                                    newer.run();
                                    source.run(
                                            "update invoices set number = 'zombie', updated_at = now()");
                                }
                            }

                            @Override
                            public void finished(ModelResult result) {
                                results.finished(result);
                            }
                        });

        assertThat(results.error().code()).isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(1_000);
        assertThat(destination.count("vendor_data.invoices where number = 'zombie'")).isZero();
        assertThat(destination.value("select epoch from vendor_data._tranship_model"))
                .isEqualTo("20000");
    }

    @Test
    void anOlderEpochIsRefusedBeforeItReadsAnything() {
        order.epoch(20_000).run();

        var late = order.epoch(19_999).run();

        assertThat(late.error().code()).isEqualTo(ErrorCode.FENCE_LOST.code());
    }

    @Test
    void anOrderTakenTwiceIsRunOnce() {
        var first = order.epoch(20_000);
        first.run();

        assertThat(first.anotherRun().run().error().code()).isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(first.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aNewerModelHoldsBackTheWholeOlderRun() {
        source.run(
                "create table other as select * from invoices",
                "alter table other add primary key (id)");
        order.models(Order.model("other")).epoch(20_000).run();

        var older = order.models(Order.model("invoices"), Order.model("other")).epoch(19_999).run();

        assertThat(older.all())
                .allSatisfy(result ->
                        assertThat(result.error())
                                .isNotNull()
                                .extracting("code")
                                .isEqualTo(ErrorCode.FENCE_LOST.code()));
        assertThat(destination.count("pg_tables where tablename = 'invoices'")).isZero();
    }

    private Connection holding(long epoch, String installation) throws SQLException {
        return holding(epoch, installation, "select from vendor_data._tranship_model for share");
    }

    /// The first transaction of a first run, frozen.
    private Connection making(long epoch, String installation) throws SQLException {
        return holding(
                epoch,
                installation,
                """
                select pg_advisory_xact_lock(hashtextextended('tranship vendor_data', 0));
                create schema vendor_data\
                """);
    }

    private Connection holding(long epoch, String installation, String sql) throws SQLException {
        var properties = new Properties();
        properties.put("user", Database.SERVERS.postgresUser());
        properties.put("password", Database.SERVERS.postgresPassword());
        properties.put("ApplicationName", "tranship:%s:%d".formatted(installation, epoch));
        var connection =
                DriverManager.getConnection(
                        Database.SERVERS.jdbcUrl(destination.name()), properties);
        connection.setAutoCommit(false);
        connection.createStatement().execute(sql);
        return connection;
    }

    @Test
    void anOlderRunThatHoldsTheModelIsEnded() throws SQLException {
        order.epoch(10_000).run();

        try (var frozen = holding(10_000, "installation-1")) {
            assertThat(impatient(order).epoch(10_001).run().only().outcome())
                    .isEqualTo(Outcome.SKIPPED);
            assertThat(frozen.isValid(1)).isFalse();
        }
    }

    @Test
    void anOlderRunThatHoldsUpTheFirstClaimIsEnded() throws SQLException {
        try (var frozen = making(10_000, "installation-1")) {
            assertThat(impatient(order).epoch(10_001).run().only().outcome())
                    .isEqualTo(Outcome.SUCCESS);
            assertThat(frozen.isValid(1)).isFalse();
        }
    }

    @Test
    void aNewerRunsAndSomebodyElsesFirstClaimIsNotEnded() throws SQLException {
        for (var installation : List.of("installation-1", "installation-2")) {
            var epoch = installation.equals("installation-1") ? 10_002 : 10_000;
            try (var making = making(epoch, installation)) {
                assertThat(impatient(order).epoch(10_001).run().error().code())
                        .isEqualTo(ErrorCode.DESTINATION_CLAIM_TIMEOUT.code());
                assertThat(making.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void aSessionOfSomebodyElseIsNotEnded() throws SQLException {
        order.epoch(10_000).run();

        try (var foreign = holding(10_000, "installation-2")) {
            assertThat(impatient(order).epoch(10_001).run().error().code())
                    .isEqualTo(ErrorCode.DESTINATION_CLAIM_TIMEOUT.code());
            assertThat(foreign.isValid(1)).isTrue();
        }
    }

    /// Whoever is shut out says so, and the newest epoch is never shut out.
    @Test
    void ofManyClaimsAtOnceTheNewestWins() {
        order.epoch(10_000).run();
        source.run("update invoices set number = 'changed', updated_at = now()");
        var runs = new ArrayList<CompletableFuture<Results>>();
        for (var epoch = 20_001; epoch <= 20_008; epoch++) {
            var racing = order.epoch(epoch).anotherRun();
            runs.add(CompletableFuture.supplyAsync(racing::run, Thread::startVirtualThread));
        }
        var results = runs.stream().map(CompletableFuture::join).toList();

        assertThat(results.getLast().only().outcome()).isIn(Outcome.SUCCESS, Outcome.SKIPPED);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(
                                        result.only().error() == null
                                                || result.error()
                                                        .code()
                                                        .equals(ErrorCode.FENCE_LOST.code()))
                                .as("%s", result.only())
                                .isTrue());
        assertThat(destination.value("select epoch from vendor_data._tranship_model"))
                .isEqualTo("20008");
        Invoices.assertArrived(source, destination);
    }

    @Test
    void manyFirstClaimsAtOnceMakeTheControlTablesOnce() {
        var runs = new ArrayList<CompletableFuture<Results>>();
        for (var n = 1; n <= 4; n++) {
            var first =
                    order.models(Order.on(Order.model("m" + n), "invoices"))
                            .owner("installation-1", "destination-1")
                            .anotherRun();
            runs.add(CompletableFuture.supplyAsync(first::run, Thread::startVirtualThread));
        }

        assertThat(runs.stream().map(CompletableFuture::join).toList())
                .allSatisfy(
                        result -> assertThat(result.only().outcome()).isEqualTo(Outcome.SUCCESS));
    }
}
