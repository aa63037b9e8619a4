package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a transfer makes for a while is recorded before anybody else can see it, and goes, however
/// the transfer ended.
@Timeout(300)
class LeftBehindTest {

    private static final int STRIDE_MAX = 9;
    private static final long DAY_MILLIS = 86_400_000;

    private static final String TABLES =
            "select tablename from pg_tables where schemaname = 'vendor_data' order by 1";
    private static final String OF_SESSIONS =
            """
            select 'temporary table ' || c.relname from pg_class c
            join pg_namespace n on n.oid = c.relnamespace where n.nspname ~ '^pg_(toast_)?temp'
            union all
            select 'advisory lock of ' || pid from pg_locks
            where locktype = 'advisory'
              and database = (select oid from pg_database where datname = current_database())
            """;
    private static final String BESIDE =
            "select tablename from pg_tables where tablename ~ '^_tranship_[gu]_' order by 1";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);
    private final Order other = order.models(Order.model("orders"));

    LeftBehindTest() {
        Invoices.make(source, 250);
        source.run(
                "create table orders as table invoices", "alter table orders add primary key (id)");
    }

    /// The connection to the destination is cut between the steps of a backfill, a refresh, an
    /// increment and a restore, about each fifth one; what comes next is an ordinary transfer.
    @Test
    void nothingIsLeftBehind() throws IOException {
        var seed = Long.getLong("seed", System.nanoTime());
        System.out.printf("nothingIsLeftBehind: replay with -Dseed=%d%n", seed);
        var random = new Random(seed);
        var step = 1;
        while (isCutAt(step, random, order)) {
            assertThat(order.run().only().outcome()).isIn(Outcome.SUCCESS, Outcome.SKIPPED);
            assertNothingLeft();
            destination.run("drop schema vendor_data cascade");
            step += 1 + random.nextInt(STRIDE_MAX);
        }
        assertThat(step).as("steps of a backfill").isGreaterThan(25);
        atSteps(order.fullRefresh(), random, 25);
        atSteps(order, random, 10);
        atSteps(order.kind(TransferKind.RESTORE), random, 10);
    }

    private void atSteps(Order interrupted, Random random, int least) throws IOException {
        var step = 1;
        for (var cut = true; cut; step += 1 + random.nextInt(STRIDE_MAX)) {
            order.fullRefresh().run();
            source.run(
                    "update invoices set number = 'changed at %d', updated_at = now() where id < 50"
                            .formatted(step));
            cut = isCutAt(step, random, interrupted);
            order.run();
            Invoices.assertArrived(source, destination);
            aWeekPasses();
            order.run();
            assertNothingLeft();
        }
        assertThat(step).as("steps of %s", interrupted.request()).isGreaterThan(least);
    }

    private boolean isCutAt(int step, Random random, Order interrupted) throws IOException {
        try (var proxy = new CutProxy(step, random.nextBoolean())) {
            var there = Endpoints.tls(interrupted.to(), SslMode.DISABLE, null);
            runUpToTheCut(interrupted.to(Endpoints.at(there, "127.0.0.1", proxy.port())));
            awaitNoSession(destination);
            assertEverythingRecorded("step %d".formatted(step));
            return proxy.hasCut();
        }
    }

    /// With assertions on, which a runner has off, the driver asserts in the middle of a batch that
    /// its connection is sound.
    static void runUpToTheCut(Order order) {
        try {
            order.run();
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("getAutoCommit() should not throw");
        }
    }

    static void awaitNoSession(Database database) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(
                                        database.count(
                                                "pg_stat_activity where datname = current_database() and application_name like 'tranship:%'"))
                                .isZero());
    }

    private void assertEverythingRecorded(String at) {
        var found = destination.rowsOfEach(List.of(BESIDE, OF_SESSIONS));
        if (!found.getFirst().isEmpty()) {
            assertThat(recorded()).as(at).containsAll(found.getFirst());
        }
        assertThat(found.getLast()).as(at).isEmpty();
    }

    private List<String> recorded() {
        var hasUndo = destination.count("pg_tables where tablename = '_tranship_undo'") > 0;
        return destination.rows(
                "select loading_table from vendor_data._tranship_model where loading is not null"
                        + (hasUndo
                                ? " union all select kept from vendor_data._tranship_undo"
                                : ""));
    }

    private void assertNothingLeft() {
        awaitNoSession(destination);
        var found =
                destination.rowsOfEach(
                        List.of(
                                TABLES,
                                OF_SESSIONS,
                                "select model, n from vendor_data._tranship_chunk",
                                "select model, loading_table from vendor_data._tranship_model where loading is not null"));
        assertThat(found.getFirst())
                .isSubsetOf("_tranship_chunk", "_tranship_model", "_tranship_undo", "invoices")
                .contains("_tranship_model", "invoices");
        assertThat(found.subList(1, found.size())).allMatch(List::isEmpty);
    }

    private void aWeekPasses() {
        destination.run(
                "update vendor_data._tranship_undo set kept_at = kept_at - interval '8 days'");
    }

    /// Leaves a load of `orders` half done.
    private void halfLoad() {
        other.run(
                new TransferListener() {
                    @Override
                    public void progress(String model, long rows, long bytes, int done, int total) {
                        if (done == 1) {
                            Invoices.cutSessions(destination);
                        }
                    }

                    @Override
                    public void finished(ModelResult result) {}
                });
        awaitNoSession(destination);
        assertThat(destination.rows(BESIDE)).hasSize(1);
    }

    /// As the destination's clock shows it.
    private void theLoadWasADayAgo() {
        theLoadBeganADayAgo();
        destination.run(
                "update vendor_data._tranship_chunk set loaded_at = loaded_at - interval '25 hours'");
    }

    /// A generation's id tells when it was begun.
    private void theLoadBeganADayAgo() {
        destination.run(
                "update vendor_data._tranship_chunk set generation = '01900000-0000-7000-8000-000000000001'",
                "update vendor_data._tranship_model set loading = '01900000-0000-7000-8000-000000000001' where loading is not null");
    }

    /// A day later by the ledger's clock, which gives epochs.
    private static Order aDayLater(Order order) {
        return order.epoch(10 * DAY_MILLIS);
    }

    @Test
    void aLoadThatNobodyGoesOnWithIsDroppedByATransferOfAnotherModel() {
        halfLoad();
        theLoadWasADayAgo();

        assertThat(aDayLater(order).run().only().outcome()).isEqualTo(Outcome.SUCCESS);

        assertNothingLeft();
        assertThat(aDayLater(other).run().only().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    /// Each of three signs is enough. That there is something to drop is what makes a claim look.
    @Test
    void aLoadThatSomebodyMayStillGoOnWithStays() {
        order.run();
        halfLoad();
        var load = destination.rows(BESIDE);
        var epoch = 10 * DAY_MILLIS;

        destination.run(
                "update vendor_data._tranship_chunk set loaded_at = '2001-01-01' where rows > 0");
        plantOld(1);
        order.epoch(epoch).run();
        assertThat(destination.rows(BESIDE)).as("begun today").isEqualTo(load);

        theLoadBeganADayAgo();
        destination.run("update vendor_data._tranship_chunk set loaded_at = now() where rows > 0");
        plantOld(1);
        order.epoch(++epoch).run();
        assertThat(destination.rows(BESIDE)).as("a range loaded today").isEqualTo(load);

        theLoadWasADayAgo();
        destination.run(
                "update vendor_data._tranship_model set epoch = %d where model = 'orders'"
                        .formatted(epoch));
        plantOld(1);
        order.epoch(++epoch).run();
        assertThat(destination.rows(BESIDE)).as("claimed today").isEqualTo(load);

        assertThat(other.epoch(epoch).run().receipt().rowsRead()).isEqualTo(30);
        assertThat(destination.rows(BESIDE)).isEmpty();
    }

    /// Loads of models that are gone, begun long ago.
    private void plantOld(int number) {
        destination.run(
                """
                do $$
                begin
                    for n in 1..%d loop
                        execute format('create table vendor_data._tranship_g_%%1$s (id int)', n);
                        insert into vendor_data._tranship_model
                            (model, epoch, run, installation, destination, loading, loading_revision, loading_table,
                             loading_bound, loading_complete_up_to, loading_basis, loading_key_order, loading_chunks)
                        select 'gone ' || n, 1, run, installation, destination,
                               '01900000-0000-7000-8000-000000000001', 1, '_tranship_g_' || n, '', now(), 'LOOKBACK', '', 1
                        from vendor_data._tranship_model where model = 'invoices'
                        on conflict (model) do update
                        set epoch = 1, loading = excluded.loading, loading_revision = 1, loading_table = excluded.loading_table,
                            loading_bound = '', loading_complete_up_to = now(), loading_basis = 'LOOKBACK',
                            loading_key_order = '', loading_chunks = 1;
                    end loop;
                end $$
                """
                        .formatted(number));
    }

    @Test
    void aLoadOfAnotherDestinationStays() {
        halfLoad();
        theLoadWasADayAgo();

        aDayLater(order).owner("installation-1", "destination-2").run();
        aDayLater(order.models(Order.model("third")))
                .owner("installation-2", "destination-1")
                .run();

        assertThat(destination.rows(BESIDE)).hasSize(1);
    }

    /// Whoever holds its row loads it.
    @Test
    void aLoadThatIsHeldIsPassedOver() throws Exception {
        halfLoad();
        theLoadWasADayAgo();

        try (var holder = destination.connect();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(
                    "select from vendor_data._tranship_model where model = 'orders' for share");
            assertThat(aDayLater(order).run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        }
        assertThat(destination.rows(BESIDE)).hasSize(1);
    }

    @Test
    void aRefreshThatFailedLeavesNothingAfterTheNextIncrement() {
        other.run();
        var refresh = other.fullRefresh();
        refresh.run(
                new TransferListener() {
                    @Override
                    public void progress(String model, long rows, long bytes, int done, int total) {
                        Invoices.cutSessions(destination);
                    }

                    @Override
                    public void finished(ModelResult result) {}
                });
        assertThat(destination.rows(BESIDE)).hasSize(1);

        other.run();

        assertThat(destination.rows(BESIDE)).isEmpty();
        assertThat(destination.count("vendor_data._tranship_chunk")).isZero();
    }

    @Test
    void whatAModelDisplacedThatIsNotTransferredAnyMoreGoesAfterAWeek() {
        other.run();
        other.fullRefresh().run();
        order.run();
        assertThat(destination.rows(BESIDE)).hasSize(1);
        aWeekPasses();

        order.run();

        assertThat(destination.rows(BESIDE)).isEmpty();
        assertThat(destination.count("vendor_data._tranship_undo")).isZero();
    }

    /// A claim never takes long for what others left.
    @Test
    void oneClaimDropsABoundedNumber() {
        order.run();
        plantOld(20);

        aDayLater(order).run();
        assertThat(destination.rows(BESIDE)).hasSize(4);

        order.epoch(11 * DAY_MILLIS).run();
        assertNothingLeft();
    }
}
