package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import org.junit.jupiter.api.Test;

/// Everything again, without the table ever being another one.
class RefreshTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);

    RefreshTest() {
        Invoices.make(source, 500);
    }

    @Test
    void aFullRefreshLoadsEverythingAgainAndTheTableKeepsItsIdentity() {
        order.run();
        destination.run(
                "create view vendor_data.report as select count(*) from vendor_data.invoices",
                "create index by_number on vendor_data.invoices (number)",
                "grant select on vendor_data.invoices to public");
        var before =
                destination.rows(
                        "select oid, relacl from pg_class where relname in ('invoices', 'by_number') order by 1");
        source.run(
                "delete from invoices where id = 5",
                "update invoices set number = 'behind our back', updated_at = '2001-01-01' where id = 10");

        var receipt = order.fullRefresh().run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(99);
        assertThat(receipt.rowsApplied()).isEqualTo(1);
        assertThat(receipt.rowsDeleted()).isEqualTo(1);
        assertThat(
                        destination.rows(
                                "select oid, relacl from pg_class where relname in ('invoices', 'by_number') order by 1"))
                .isEqualTo(before);
        assertThat(destination.value("select * from vendor_data.report")).isEqualTo("99");
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRefreshThatFailsAtTheEndLeavesTheOldTableAsItWas() {
        order.run();
        var before =
                destination.rows("select xmin, ctid, id from vendor_data.invoices order by id");
        source.run("update invoices set number = 'new'");
        var results = new Results();

        order.fullRefresh()
                .run(
                        new TransferListener() {
                            @Override
                            public void progress(
                                    String model, long rows, long bytes, int done, int total) {
                                if (done == total) {
                                    Invoices.cutSessions(destination);
                                }
                            }

                            @Override
                            public void finished(ModelResult result) {
                                results.finished(result);
                            }
                        });

        assertThat(results.only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(destination.rows("select xmin, ctid, id from vendor_data.invoices order by id"))
                .isEqualTo(before);

        // A correction without a stamp: what the failed refresh had loaded does not know it.
        source.run("update invoices set number = 'corrected' where id = 1");

        assertThat(order.fullRefresh().run().receipt().rowsRead())
                .isEqualTo(destination.count("vendor_data.invoices"));
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRefreshThatWouldLeaveFarFewerRowsNeedsConsent() {
        order.run();
        source.run("delete from invoices where id > 100");

        assertThat(order.fullRefresh().run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_SHRINKS.code());
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(100);

        assertThat(order.fullRefresh().run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_SHRINKS.code());
        assertThat(destination.count("pg_tables where schemaname = 'vendor_data'")).isEqualTo(3);

        assertThat(order.fullRefreshThatMayShrink().run().receipt().rowsDeleted()).isEqualTo(80);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aTableThatTranshipDidNotMakeIsTakenOverOnlyWithConsent() {
        destination.run(
                "create schema vendor_data",
                "create table vendor_data.invoices (id bigint primary key, org text, number varchar, updated_at timestamptz, note text default 'kept')",
                "insert into vendor_data.invoices (id, org, number, updated_at) select n, 'org_1', 'x', now() from generate_series(5, 500, 5) n");

        assertThat(order.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_TABLE_NOT_OURS.code());
        assertThat(destination.count("vendor_data.invoices where number = 'x'")).isEqualTo(100);
        assertThat(order.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_TABLE_NOT_OURS.code());

        assertThat(order.adopting().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
        assertThat(destination.count("vendor_data.invoices where note = 'kept'")).isEqualTo(100);
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aTableThatSomebodyDroppedIsLoadedAgain() {
        order.run();
        destination.run("drop table vendor_data.invoices");

        assertThat(order.run().receipt().rowsRead()).isEqualTo(100);
        Invoices.assertArrived(source, destination);
    }

    /// Without a lookback, which would bring back by chance what is only seconds old.
    @Test
    void aDestinationRestoredFromABackupCatchesUp() {
        var exact = order.settings(CursorTest::withoutLookback);
        exact.run();
        var backup = destination.name() + "_backup";
        new Database("postgres")
                .run("create database %s template %s".formatted(backup, destination.name()));
        source.run(
                "select pg_sleep(0.1)",
                "update invoices set number = 'day 2', updated_at = now() where id between 1 and 50",
                "select pg_sleep(0.1)",
                "update invoices set number = 'day 2', updated_at = now() where id = 100",
                "select pg_sleep(0.1)");
        assertThat(exact.run().receipt().rowsApplied()).isEqualTo(11);
        source.run(
                "update invoices set number = 'day 3', updated_at = now() where id between 51 and 99");

        var restored = new Database(backup);
        var receipt = exact.to(restored.endpoint("vendor_data")).run().receipt();

        assertThat(receipt.rowsApplied()).isEqualTo(20);
        Invoices.assertArrived(source, restored);
    }

    @Test
    void aNewColumnIsAddedAndFilledFromThenOn() {
        order.run();
        source.run(
                "alter table invoices add column due date",
                "update invoices set due = '2026-12-01', updated_at = now() where id <= 10");

        assertThat(order.run().receipt().rowsApplied()).isEqualTo(2);
        assertThat(
                        destination.rows(
                                "select id, due from vendor_data.invoices where due is not null order by 1"))
                .containsExactly("5|2026-12-01", "10|2026-12-01");
    }

    @Test
    void aNewRevisionOfTheModelLoadsTheSameTableAgain() {
        order.run();
        var oid = destination.value("select 'vendor_data.invoices'::regclass::oid");
        var renamed =
                order.models(
                        Order.revised(
                                Order.model("invoices"),
                                2,
                                new Column("id", null, null),
                                new Column("number", "label", "varchar"),
                                new Column("updated_at", null, null)));

        assertThat(renamed.run().only().outcome()).isEqualTo(Outcome.SUCCESS);

        assertThat(destination.value("select 'vendor_data.invoices'::regclass::oid"))
                .isEqualTo(oid);
        assertThat(destination.count("vendor_data.invoices where label = 'No. 5'")).isOne();
    }
}
