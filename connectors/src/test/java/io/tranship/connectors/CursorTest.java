package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WatermarkBasis;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where an increment begins, and up to where it may claim to be complete.
class CursorTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    /// No lookback, so that only the bound stands between a late row and its loss.
    private Order withoutLookback() {
        return order.settings(CursorTest::withoutLookback);
    }

    static TransferSettings withoutLookback(TransferSettings s) {
        return new TransferSettings(
                s.rowsPerChunk(),
                s.pipeBytes(),
                s.rowBytesMax(),
                Duration.ZERO,
                Duration.ofMillis(10),
                s.shrinkPercentMin(),
                s.connectTimeout(),
                s.lockTimeout(),
                s.statementTimeout(),
                s.idleInTransactionTimeout(),
                s.progressEvery(),
                s.stopWithin());
    }

    @Test
    void aRowCommittedLateArrivesInTheNextTransfer() throws SQLException {
        Invoices.make(source, 100);
        withoutLookback().run();

        try (var late = source.connect()) {
            late.setAutoCommit(false);
            late.createStatement().execute("insert into invoices values (9001, 'org_1', 'late')");
            source.run("insert into invoices values (9002, 'org_1', 'early', clock_timestamp())");
            var between = withoutLookback().run();
            assertThat(between.receipt().basis()).isEqualTo(WatermarkBasis.COMMIT_SAFE);
            assertThat(destination.count("vendor_data.invoices where id = 9002")).isOne();
            late.commit();
        }

        withoutLookback().run();
        assertThat(destination.count("vendor_data.invoices where id = 9001")).isOne();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aBackfillsCursorStaysBehindATransactionThatWasOpen() throws SQLException {
        Invoices.make(source, 100);
        try (var late = source.connect()) {
            late.setAutoCommit(false);
            late.createStatement().execute("insert into invoices values (9001, 'org_1', 'late')");
            withoutLookback().run();
            late.commit();
        }

        withoutLookback().run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRoleThatCannotSeeOthersSessionsReadsByLookback() {
        Invoices.make(source, 100);
        var role = "reader_" + source.name();
        source.run(
                "create role %s login password 'secret'".formatted(role),
                "grant select on invoices to " + role);
        var reading = order.from(e -> Endpoints.as(e, role)).password("source-1", "secret");

        reading.run();
        source.run("insert into invoices values (9001, 'org_1', 'new')");
        var receipt = reading.run().receipt();

        assertThat(receipt.basis()).isEqualTo(WatermarkBasis.LOOKBACK);
        assertThat(
                        destination.value(
                                "select cursor::timestamptz <= now() - interval '30 seconds' from vendor_data._tranship_model"))
                .isEqualTo("t");
        assertThat(destination.count("vendor_data.invoices where id = 9001")).isOne();
        source.run("drop owned by " + role, "drop role " + role);
    }

    @Test
    void aColumnThatOnlyApplicationsWriteIsReadByLookback() {
        Invoices.make(source, 10);
        source.run("alter table invoices alter updated_at drop default");

        assertThat(order.run().receipt().basis()).isEqualTo(WatermarkBasis.LOOKBACK);
    }

    @Test
    void aFutureTimestampDoesNotMoveTheCursorPastNow() {
        Invoices.make(source, 10);
        order.run();
        source.run(
                "insert into invoices values (9001, 'org_1', 'future', now() + interval '10 years')",
                "insert into invoices values (9002, 'org_1', 'for ever', 'infinity')");
        order.run();
        source.run("insert into invoices values (9003, 'org_1', 'after', now())");

        order.run();

        Invoices.assertArrived(source, destination);
    }

    @Test
    void theCursorKeepsEveryMicrosecond() {
        Invoices.make(source, 10);
        withoutLookback().run();
        source.run("insert into invoices values (9001, 'org_1', 'x')", "select pg_sleep(0.1)");

        var cursor = withoutLookback().run().receipt().cursorTo();

        assertThat(
                        source.value(
                                "select updated_at = '%s' from invoices where id = 9001"
                                        .formatted(cursor)))
                .isEqualTo("t");
    }

    @Test
    void rowsWithoutLastModifiedAreCountedAndFollowThePolicy() {
        Invoices.make(source, 10);
        source.run("insert into invoices values (9001, 'org_1', 'never', null)");
        var always = order.models(Order.nulls(Order.model("invoices"), NullLastModified.ALWAYS));

        assertThat(order.run().receipt().rowsWithoutLastModified()).isEqualTo(1);
        source.run("insert into invoices values (9002, 'org_1', 'never', null)");

        var backfillOnly = order.run().receipt();
        assertThat(backfillOnly.rowsWithoutLastModified()).isEqualTo(2);
        assertThat(destination.count("vendor_data.invoices where id = 9002")).isZero();

        var each = always.run().receipt();
        assertThat(each.rowsWithoutLastModified()).isEqualTo(2);
        assertThat(each.rowsApplied()).isEqualTo(1);
        Invoices.assertArrived(source, destination);
    }

    /// One zone ahead of UTC and one behind it, as an error to one side only costs time.
    @ParameterizedTest
    @ValueSource(strings = {"Europe/Paris", "America/Los_Angeles"})
    void aTimestampWithoutZoneIsReadInItsOwnZone(String zone) {
        Invoices.make(source, 10);
        source.run(
                "alter table invoices alter updated_at type timestamp using updated_at at time zone '%s'"
                        .formatted(zone),
                "alter table invoices alter updated_at set default now() at time zone '%s'"
                        .formatted(zone));
        var local =
                order.models(
                        Order.modified(
                                Order.model("invoices"), new LastModified("updated_at", zone)));

        local.run();
        source.run("insert into invoices values (9001, 'org_1', 'new')");
        var receipt = local.run().receipt();

        assertThat(receipt.basis()).isEqualTo(WatermarkBasis.LOOKBACK);
        assertThat(receipt.rowsApplied()).isEqualTo(1);
        assertThat(
                        source.value(
                                "select abs(extract(epoch from (now() at time zone '%s') - '%s'::timestamp)) < 3700"
                                        .formatted(zone, receipt.cursorTo())))
                .isEqualTo("t");
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aWindowCarriesItsRowsAndLeavesTheCursorUnlessItReachesOverIt() {
        Invoices.make(source, 100);
        var fine = withoutLookback();
        var cursor = fine.run().receipt().cursorTo();
        destination.run("update vendor_data.invoices set number = 'spoilt'");
        var start = Instant.parse("2001-01-01T00:00:00Z");
        source.run(
                "update invoices set updated_at = '2001-01-01 00:00:00+00' where id = 5",
                "update invoices set updated_at = '2001-01-02 00:00:00+00' where id = 10");

        var behind = fine.window(start, start.plus(Duration.ofDays(1))).run().receipt();

        assertThat(behind.rowsRead()).isOne();
        assertThat(behind.cursorTo()).isEqualTo(cursor);
        assertThat(destination.rows("select id from vendor_data.invoices where number <> 'spoilt'"))
                .containsExactly("5");

        source.run("insert into invoices values (9001, 'org_1', 'new', now())");
        source.run("select pg_sleep(0.1)");
        var over = fine.window(start, null).run().receipt();
        assertThat(over.rowsRead()).isEqualTo(21);
        assertThat(over.cursorTo()).isNotEqualTo(cursor);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRowThatIsNewerAtTheDestinationStaysUnlessAWindowAsksForIt() {
        Invoices.make(source, 10);
        order.run();
        source.run("update invoices set number = 'older', updated_at = now() where id = 5");
        destination.run(
                "update vendor_data.invoices set number = 'newer', updated_at = now() + interval '1 hour' where id = 5");

        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(destination.value("select number from vendor_data.invoices where id = 5"))
                .isEqualTo("newer");

        order.window(Instant.parse("2001-01-01T00:00:00Z"), null).run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void noStatementScansTheWholeTableOnIncrementals() {
        Invoices.make(source, 20_000);
        order.run();
        source.run("update invoices set number = 'changed', updated_at = now() where id <= 100");
        var before = scans();

        var receipt = order.run().receipt();

        assertThat(receipt.rowsApplied()).isEqualTo(20);
        assertThat(receipt.fullScan()).isFalse();
        assertThat(scans()).isEqualTo(before);
    }

    /// Counted once the sessions that read are gone.
    private String scans() {
        while (source.count(
                        "pg_stat_activity where datname = current_database() and application_name like 'tranship:%'")
                > 0) {
            Thread.onSpinWait();
        }
        return source.value("select seq_scan from pg_stat_user_tables where relname = 'invoices'");
    }
}
