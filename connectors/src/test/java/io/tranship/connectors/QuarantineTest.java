package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rows that the destination refuses for what is in them.
class QuarantineTest {

    private static final String QUARANTINED =
            "select key[1], reason from vendor_data._tranship_quarantine order by key[1]::int";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order =
            Order.between(source, destination)
                    .rowsPerChunk(200)
                    .models(Order.quarantining(Order.model("invoices"), 5));

    private void transferred(int rows) {
        Invoices.make(source, rows);
        order.run();
        destination.run(
                "alter table vendor_data.invoices add constraint no_bad_number check (number <> 'bad')");
    }

    private List<String> ids() {
        return destination.rows("select id from vendor_data.invoices order by id");
    }

    @Test
    void oneBadRowIsQuarantinedAndTheRestArrives() {
        transferred(500);
        source.run(
                "update invoices set number = 'changed', updated_at = now()",
                "update invoices set number = 'bad' where id = 50",
                "insert into invoices values (9001, 'org_1', 'bad', now()), (9002, 'org_1', 'good', now())");

        var result = order.run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        var receipt = result.receipt();
        assertThat(receipt.rowsRead()).isEqualTo(102);
        assertThat(receipt.rowsWritten()).isEqualTo(100);
        assertThat(receipt.rowsQuarantined()).isEqualTo(2);
        assertThat(receipt.rowsApplied()).isEqualTo(100);
        assertThat(receipt.isBalanced()).isTrue();
        assertThat(ids()).hasSize(101).contains("9002").doesNotContain("9001");
        assertThat(destination.value("select number from vendor_data.invoices where id = 50"))
                .isEqualTo("No. 50");
        assertThat(destination.count("vendor_data.invoices where number = 'changed'"))
                .isEqualTo(99);
        assertThat(destination.rows(QUARANTINED))
                .containsExactly(
                        "50|SQLSTATE 23514, schema vendor_data, table invoices, constraint no_bad_number",
                        "9001|SQLSTATE 23514, schema vendor_data, table invoices, constraint no_bad_number");
        assertThat(destination.value("select rows from vendor_data._tranship_model"))
                .isEqualTo("101");
    }

    @Test
    void aRowThatIsMendedArrivesAndIsQuarantinedNoMore() {
        transferred(100);
        source.run("update invoices set number = 'bad', updated_at = now() where id in (5, 10)");
        order.run();
        // The lookback meets them again.
        assertThat(order.run().receipt().rowsQuarantined()).isEqualTo(2);
        assertThat(destination.rows(QUARANTINED)).hasSize(2);

        source.run("update invoices set number = 'mended', updated_at = now() where id = 5");
        order.run();
        assertThat(destination.rows(QUARANTINED)).hasSize(1).first().asString().startsWith("10|");

        source.run("update invoices set number = 'mended', updated_at = now() where id = 10");
        var receipt = order.run().receipt();

        assertThat(receipt.rowsQuarantined()).isZero();
        assertThat(destination.rows(QUARANTINED)).isEmpty();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void theCursorMovesOnOverBadRows() {
        transferred(100);
        source.run(
                "update invoices set number = 'bad', updated_at = now() - interval '5 seconds' where id = 5",
                "update invoices set number = 'good', updated_at = now() - interval '2 seconds' where id = 10");
        destination.run(
                "update vendor_data._tranship_model set cursor = (now() - interval '1 hour')::text");

        order.run();

        assertThat(
                        destination.value(
                                "select cursor::timestamptz > now() - interval '1 minute' from vendor_data._tranship_model"))
                .isEqualTo("t");
    }

    @Test
    void moreBadRowsThanTheLimitFailTheModelAndNothingIsKept() {
        transferred(500);
        var before = destination.rows("select * from vendor_data.invoices order by id");
        source.run(
                "update invoices set number = 'good', updated_at = now() where id > 100",
                "update invoices set number = 'bad', updated_at = now() where id <= 30");

        var error = order.run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_ROWS_QUARANTINED.code());
        assertThat(error.message())
                .contains("model invoices")
                .contains("quarantine_rows_max")
                .contains("no_bad_number")
                .doesNotContain("bad'");
        assertThat(destination.rows("select * from vendor_data.invoices order by id"))
                .isEqualTo(before);
        assertThat(destination.count("pg_tables where tablename = '_tranship_quarantine'"))
                .isZero();
    }

    @Test
    void withoutALimitTheFirstBadRowFailsTheModel() {
        transferred(100);
        source.run("update invoices set number = 'bad', updated_at = now() where id = 5");

        var error = order.models(Order.model("invoices")).run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_CONSTRAINT_VIOLATED.code());
    }

    @Test
    void oneBadTableIsAPartialFailure() {
        transferred(100);
        source.run(
                "create table orders as table invoices",
                "alter table orders add primary key (id)",
                "update invoices set number = 'bad', updated_at = now()");

        var results =
                order.models(
                                Order.quarantining(Order.model("invoices"), 5),
                                Order.quarantining(Order.model("orders"), 5))
                        .run();

        assertThat(results.of("invoices").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.of("orders").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(destination.count("vendor_data.orders")).isEqualTo(20);
    }

    @Test
    void aRowThatOnlyAnotherRowStandsAgainstIsQuarantined() {
        transferred(100);
        destination.run("create unique index on vendor_data.invoices (number)");
        source.run(
                "insert into invoices values (9001, 'org_1', 'twin', now()), (9002, 'org_1', 'twin', now()), (9003, 'org_1', 'No. 5', now())");

        var receipt = order.run().receipt();

        assertThat(receipt.rowsQuarantined()).isEqualTo(2);
        assertThat(destination.count("vendor_data.invoices where number = 'twin'")).isOne();
    }

    @Test
    void aTriggerThatRefusesARowQuarantinesIt() {
        transferred(100);
        destination.run(
                "create function vendor_data.refuse() returns trigger language plpgsql as 'begin if new.number = ''no'' then raise exception ''secret value''; end if; return new; end'",
                "create trigger refuse before insert or update on vendor_data.invoices for each row execute function vendor_data.refuse()");
        source.run(
                "update invoices set number = 'no', updated_at = now() where id = 5",
                "update invoices set number = 'yes', updated_at = now() where id = 10");

        assertThat(order.run().receipt().rowsQuarantined()).isOne();

        assertThat(destination.rows(QUARANTINED)).containsExactly("5|SQLSTATE P0001");
        assertThat(destination.value("select number from vendor_data.invoices where id = 10"))
                .isEqualTo("yes");
    }

    /// The new table has the columns of the old one and none of its constraints.
    @Test
    void aLoadQuarantinesValuesThatItsColumnCannotTakeAndKeepsTheOldRows() {
        Invoices.make(source, 5_000);
        source.run("create domain label as text", "alter table invoices alter number type label");
        order.run();
        destination.run(
                "create domain public.label as text check (value <> 'bad')",
                "alter table vendor_data.invoices alter number type public.label");
        source.run("update invoices set number = 'bad' where id in (5, 2500, 5000)");

        var receipt = order.fullRefresh().run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(1_000);
        assertThat(receipt.rowsWritten()).isEqualTo(997);
        assertThat(receipt.rowsQuarantined()).isEqualTo(3);
        assertThat(receipt.rowsDeleted()).isZero();
        assertThat(ids()).hasSize(1_000);
        assertThat(destination.rows(QUARANTINED)).hasSize(3);

        source.run("update invoices set number = 'mended' where id in (5, 2500, 5000)");
        order.fullRefresh().run();

        assertThat(destination.rows(QUARANTINED)).isEmpty();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void keysAreRecordedAsTheyAre() {
        source.run(
                "create table odd (a text, b int, org text, v text, updated_at timestamptz, primary key (a, b))",
                "insert into odd select k, 1, 'org_1', 'v', now() - interval '1 day' from unnest(array[E'tab\\there', E'new\\nline', E'back\\\\slash', E'cr\\rff\\fvt\\vbs\\b', '\\N', '🙂']) k");
        var odd = order.models(Order.quarantining(Order.keyed(Order.model("odd"), "b", "a"), 10));
        odd.run();
        destination.run("alter table vendor_data.odd add check (v <> 'bad')");
        source.run("update odd set v = 'bad', updated_at = now()");

        assertThat(odd.run().receipt().rowsQuarantined()).isEqualTo(6);

        assertThat(
                        destination.rows(
                                "select key[2], key[1] from vendor_data._tranship_quarantine order by key[2] collate \"C\""))
                .isEqualTo(source.rows("select a, b from odd order by a collate \"C\""));
        source.run("update odd set v = 'mended', updated_at = now()");
        odd.run();
        assertThat(destination.count("vendor_data._tranship_quarantine")).isZero();
    }
}
