package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run can be stopped from outside, at any moment.
@Timeout(60)
class StopTest {

    private static final String SESSIONS =
            "pg_stat_activity where datname = current_database() and application_name like 'tranship:%'";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    /// A view that takes a minute to read when `statement` reads it.
    private Order slowIn(String statement) {
        Invoices.make(source, 5_000);
        source.run(
                """
                create view slow as select i.* from invoices i,
                    lateral (select pg_sleep(case when current_query() ilike '%s' then 0.06 else 0 end)
                             where i.id > 0) s
                """
                        .formatted(statement));
        return order.models(Order.on(Order.model("invoices"), "slow"), Order.model("invoices2"))
                .rowsPerChunk(10_000);
    }

    private static void await(Database database, String statement) {
        var running = "%s and query ilike '%s' and state = 'active'".formatted(SESSIONS, statement);
        while (database.count(running) == 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy %", "fetch relative%"})
    void aStopCancelsTheStatementsAtBothSidesAndLeavesNoSession(String statement)
            throws InterruptedException {
        var results = new Results();
        var run = new TransferRun(slowIn(statement).plan(), results, InstantSource.system());
        var thread = Thread.ofPlatform().start(run::run);
        await(source, statement);

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
        assertThat(destination.count("vendor_data._tranship_chunk where loaded_at is not null"))
                .isZero();
        for (var database : new Database[] {source, destination}) {
            while (database.count(SESSIONS) > 0) {
                Thread.onSpinWait();
            }
        }
        run.stop();
        run.close();
    }

    @Test
    void aRunThatWasStoppedBeforeItBeganConnectsNowhere() {
        var results = new Results();
        var run = new TransferRun(slowIn("never").plan(), results, InstantSource.system());

        run.stop();
        run.run();

        assertThat(results.all()).hasSize(2);
        assertThat(destination.count("pg_namespace where nspname = 'vendor_data'")).isZero();
    }

    @Test
    void progressIsToldWhileRowsAreOnTheirWay() {
        Invoices.make(source, 50_000);
        var results = new Results();

        order.rowsPerChunk(2_000).run(results);

        assertThat(results.progressRows()).isEqualTo(10_000);
        assertThat(results.progressCalls()).isGreaterThanOrEqualTo(5);
    }
}
