package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WorkOrder;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Several statements at once on each side, and never more than the limits allow.
@Timeout(90)
class LanesTest {

    private static final String SESSIONS =
            "pg_stat_activity where datname = current_database() and application_name like 'tranship:%'";
    private static final int ROWS = 1_000;
    private static final int CHUNK = 50;

    private final Database source = Database.fresh("source");
    private final Database second = Database.fresh("second");
    private final Database destination = Database.fresh("destination");
    private final Order order =
            Order.between(source, destination)
                    .rowsPerChunk(CHUNK)
                    .password("source-2", Database.SERVERS.postgresPassword());

    LanesTest() {
        Invoices.make(source, 5 * ROWS);
    }

    /// A view of which COPY reads so many rows a second and session.
    private static void makeSlow(Database database, int rowsPerSecond) {
        database.run(
                """
                create view slow as select i.* from invoices i,
                    lateral (select pg_sleep(case when current_query() ilike 'copy %%' then 1.0 / %d else 0 end)
                             where i.id > 0) s
                """
                        .formatted(rowsPerSecond));
    }

    private static Model slow(String name) {
        return Order.on(Order.model(name), "slow");
    }

    private static Model atSecond(Model m) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                "source-2",
                m.table(),
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                0,
                m.columns(),
                null,
                m.backfillNewColumns());
    }

    /// @param atSources the limit of each source; the second is a database of its own
    private TransferPlan plan(Order asked, int atDestination, int... atSources) {
        var plan = asked.plan();
        var o = plan.order();
        var d = o.destination();
        var sources = new ArrayList<Source>();
        for (var n = 1; n <= atSources.length; n++) {
            var endpoint = n == 1 ? asked.from() : second.endpoint("public");
            sources.add(
                    new Source(
                            "source-" + n,
                            "app" + n,
                            1,
                            endpoint,
                            10,
                            atSources[n - 1],
                            null,
                            null));
        }
        var to =
                new Destination(
                        d.id(),
                        d.name(),
                        1,
                        d.recipient(),
                        d.endpoint(),
                        List.of("*"),
                        true,
                        0,
                        1,
                        atDestination,
                        List.of());
        return new TransferPlan(
                new WorkOrder(
                        o.transferId(),
                        o.epoch(),
                        o.startBy(),
                        o.installation(),
                        o.request(),
                        to,
                        o.recipient(),
                        sources,
                        o.models()),
                plan.run(),
                plan.credentials(),
                plan.settings());
    }

    private static Results run(TransferPlan plan) {
        var results = new Results();
        run(plan, results);
        return results;
    }

    private static void run(TransferPlan plan, TransferListener listener) {
        try (var transfer = new TransferRun(plan, listener, InstantSource.system())) {
            transfer.run();
        }
    }

    private static CompletableFuture<Results> running(TransferPlan plan) {
        return CompletableFuture.supplyAsync(() -> run(plan), Thread::startVirtualThread);
    }

    /// The most statements of transfers that were seen at work at once until `run` has ended.
    private static int most(Database database, CompletableFuture<?> run) throws SQLException {
        var most = 0;
        try (var connection = database.connect();
                var statement =
                        connection.prepareStatement(
                                "select count(*) from "
                                        + SESSIONS
                                        + " and state = 'active' and backend_type = 'client backend'")) {
            while (!run.isDone()) {
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    most = Math.max(most, rows.getInt(1));
                }
            }
        }
        return most;
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 3", "1, 3, 1", "3, 1, 1", "2, 3, 2"})
    void noMoreStatementsRunAtOnceThanEachSideAllows(int atSource, int atDestination, int expected)
            throws Exception {
        makeSlow(source, 2_500);
        var run = running(plan(order.models(slow("invoices"), slow("b")), atDestination, atSource));
        var other = watched(destination, run);

        assertThat(most(source, run)).isEqualTo(expected);
        assertThat(other.join()).isEqualTo(expected);

        assertThat(run.join().all())
                .hasSize(2)
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS));
        Invoices.assertArrived(source, destination);
    }

    private static CompletableFuture<Integer> watched(Database database, CompletableFuture<?> run) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return most(database, run);
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void eachOfTwoSourcesHasALimitOfItsOwn() throws Exception {
        Invoices.make(second, 5 * ROWS);
        makeSlow(source, 2_500);
        makeSlow(second, 2_500);
        var models =
                order.models(
                        slow("a"), slow("b"), atSecond(slow("c")), atSecond(slow("d")), slow("e"));
        var run = running(plan(models, 5, 2, 1));
        var atSecond = watched(second, run);
        var atDestination = watched(destination, run);

        assertThat(most(source, run)).isEqualTo(2);
        assertThat(atSecond.join()).isEqualTo(1);
        assertThat(atDestination.join()).isEqualTo(3);
        assertThat(run.join().all())
                .hasSize(5)
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS));
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void aKilledBackfillDoesAtMostOneChunkOfEachLaneTwice(int lanes) {
        var cut = new CutAfter(destination, 7);
        run(plan(order, lanes, lanes), cut);
        assertThat(cut.results().error().code())
                .isEqualTo(ErrorCode.DESTINATION_CONNECTION_LOST.code());
        var kept = destination.count("vendor_data._tranship_chunk where loaded_at is not null");
        assertThat(kept).isGreaterThanOrEqualTo(7);

        var next = run(plan(order, lanes, lanes)).receipt();

        assertThat(next.rowsRead()).isEqualTo(ROWS - kept * CHUNK);
        assertThat(cut.rows() + next.rowsRead()).isLessThanOrEqualTo(ROWS + (long) lanes * CHUNK);
        assertThat(next.rowsApplied()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
    }

    /// However many lanes go on with what however many others left.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aBackfillThatIsCutAnywhereIsWholeInTheEnd(long seed) {
        var random = new Random(seed);
        for (var cuts = random.nextInt(1, 5); cuts > 0; cuts--) {
            var lanes = random.nextInt(1, 5);
            var cut = new CutAfter(destination, random.nextInt(1, ROWS / CHUNK));
            run(plan(order, lanes, lanes), cut);
        }
        var lanes = random.nextInt(1, 5);

        assertThat(run(plan(order, lanes, lanes)).only().outcome())
                .isIn(Outcome.SUCCESS, Outcome.SKIPPED);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void receiptsOfSeveralLanesBalanceAndTheNextTransferFindsNothing() {
        var receipt = run(plan(order, 3, 3)).receipt();

        assertThat(receipt.isBalanced()).isTrue();
        assertThat(receipt.chunks()).isEqualTo(ROWS / CHUNK);
        assertThat(receipt.rowsRead()).isEqualTo(ROWS);
        assertThat(run(plan(order, 3, 3)).only().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aBadRangeFailsItsModelAndNoOther() {
        source.run(
                """
                create view bad as select id, org, updated_at,
                    case when id = %1$d and current_query() ilike 'copy %%'
                         then (1 / (id - %1$d))::text else number end as number
                from invoices
                """
                        .formatted(5 * ROWS / 2));
        var models =
                order.models(
                        Order.model("invoices"),
                        Order.on(Order.model("broken"), "bad"),
                        Order.on(Order.model("other"), "invoices"));

        var results = run(plan(models, 3, 3));

        assertThat(results.all()).hasSize(3);
        assertThat(results.of("broken").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.of("invoices").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(results.of("other").outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
        source.run(
                "create or replace view bad as select id, org, updated_at, number from invoices");
        assertThat(run(plan(models, 3, 3)).of("broken").outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void aStopReachesEveryLane() throws Exception {
        makeSlow(source, 1);
        var results = new Results();
        var run =
                new TransferRun(
                        plan(order.models(slow("invoices"), slow("b")), 3, 3),
                        results,
                        InstantSource.system());
        var thread = Thread.ofPlatform().start(run::run);
        awaitCopies(source, 3);

        var began = System.nanoTime();
        run.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(results.all())
                .hasSize(2)
                .allSatisfy(result ->
                        assertThat(result.error())
                                .isNotNull()
                                .extracting("code")
                                .isEqualTo(ErrorCode.RUNNER_STOPPED.code()));
        awaitNoSession();
    }

    private static void awaitCopies(Database database, int count) {
        var running = SESSIONS + " and query ilike 'copy %' and state = 'active'";
        while (database.count(running) < count) {
            Thread.onSpinWait();
        }
    }

    private void awaitNoSession() {
        for (var database : List.of(source, destination)) {
            while (database.count(SESSIONS) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// The lanes' ranges overlap, so that at no time the model's row is free for the newer run.
    @Test
    void aNewerRunGetsItsTurnBesideTwoLanesAndShutsBothOut() {
        makeSlow(source, 200);
        var alone = order.models(slow("invoices"));
        var older = running(plan(alone.epoch(10_000), 2, 2));
        awaitCopies(source, 2);
        var newer = running(plan(alone.epoch(20_000), 2, 2));

        assertThat(older.join().error().code()).isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(
                        destination.count(
                                "vendor_data._tranship_chunk where loaded_at is not null and epoch = 10000"))
                .isLessThan(ROWS / CHUNK / 2);
        assertThat(newer.join().all())
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS));
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aLaneThatDiesTakesTheOthersAlong() {
        makeSlow(source, 1);
        var listener =
                new TransferListener() {
                    @Override
                    public void progress(
                            String model, long rows, long bytes, int done, int total) {}

                    @Override
                    public void finished(ModelResult result) {
                        throw new AssertionError("no memory left");
                    }
                };
        var asked = order.models(slow("invoices"), Order.model("absent"), slow("later"));

        assertThatThrownBy(() -> run(plan(asked, 2, 2), listener))
                .hasStackTraceContaining("no memory left");
        awaitNoSession();
    }
}
