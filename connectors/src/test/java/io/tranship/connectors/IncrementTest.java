package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an increment does to each row that it brings, and how its account counts it.
class IncrementTest {

    private static final String PLACES =
            "select id, xmin, ctid from vendor_data.invoices %s order by id";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    private void transferred(int rows) {
        Invoices.make(source, rows);
        order.run();
    }

    private String state() {
        return destination.value("select cursor, rows from vendor_data._tranship_model");
    }

    @Test
    void theReceiptCountsRowsThatAreOlderEqualNewerAndNew() {
        transferred(100);
        source.run("update invoices set updated_at = now() where id in (15, 20)");
        order.run();
        destination.run(
                "update vendor_data.invoices set number = 'newer', updated_at = now() + interval '1 hour' where id = 10");
        source.run(
                "update invoices set number = 'older', updated_at = now() where id = 10",
                "update invoices set number = 'changed', updated_at = now() where id = 5",
                "insert into invoices values (9001, 'org_1', 'new'), (9002, 'org_1', 'new')");
        var leave = PLACES.formatted("where id in (10, 15, 20)");
        var before = destination.rows(leave);

        var receipt = order.run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(6);
        assertThat(receipt.rowsWritten()).isEqualTo(6);
        assertThat(receipt.rowsApplied()).isEqualTo(3);
        assertThat(receipt.rowsDeleted()).isZero();
        assertThat(destination.rows(leave)).isEqualTo(before);
        assertThat(destination.value("select number from vendor_data.invoices where id = 5"))
                .isEqualTo("changed");
        assertThat(destination.value("select rows from vendor_data._tranship_model"))
                .isEqualTo("22");
    }

    @Test
    void anIncrementThatFindsOnlyItsLookbackChangesNoRow() {
        transferred(5_000);
        source.run("update invoices set updated_at = now()");
        order.run();
        var before = destination.rows(PLACES.formatted(""));

        var results = order.run();

        assertThat(results.only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(results.receipt().rowsRead()).isEqualTo(1_000);
        assertThat(results.receipt().rowsApplied()).isZero();
        assertThat(destination.rows(PLACES.formatted(""))).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    before | return null
                    before | new.id := -new.id; return new
                    after  | delete from vendor_data.invoices where id = new.id; return null
                    """)
    void aRowThatATriggerTakesAwayIsAnErrorAndNothingIsKept(String when, String body) {
        transferred(100);
        trigger(when + " insert", body);
        var state = state();
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id = 5",
                "insert into invoices values (9001, 'org_1', 'new')");

        var error = order.run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.RECEIPT_UNBALANCED.code());
        assertThat(error.message()).contains("invoices", "triggers");
        assertThat(state()).isEqualTo(state);
        assertThat(destination.count("vendor_data.invoices where number in ('changed', 'new')"))
                .isZero();
    }

    @Test
    void aRowThatATriggerKeepsAsItWasIsThereAndNotCounted() {
        transferred(100);
        trigger("before update", "return case when new.id = 5 then null else new end");
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id in (5, 10)");

        var receipt = order.run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(2);
        assertThat(receipt.rowsApplied()).isOne();
    }

    @Test
    void aKeyThatComesOnceAsItWasAndOnceChangedIsAnError() {
        Invoices.make(source, 100);
        source.run("create view v as select * from invoices");
        var viewed = order.models(Order.on(Order.model("invoices"), "v"));
        viewed.run();
        source.run(
                "create or replace view v as select * from invoices union all select id, org, 'other', updated_at from invoices");

        assertThat(viewed.run().error().code()).isEqualTo(ErrorCode.SOURCE_KEY_DOUBLED.code());
        assertThat(destination.count("vendor_data.invoices where number = 'other'")).isZero();
    }

    private void trigger(String when, String body) {
        destination.run(
                "create function vendor_data.meddle() returns trigger language plpgsql as $$ begin %s; end $$"
                        .formatted(body),
                "create trigger meddle %s on vendor_data.invoices for each row execute function vendor_data.meddle()"
                        .formatted(when));
    }

    @Test
    void aTableWithoutAnIndexOverItsLastModifiedIsReadWholeWhichCheckAndReceiptSay() {
        Invoices.make(source, 1_000);
        source.run("drop index invoices_org_updated_at_idx");
        order.run();
        source.run("update invoices set number = 'changed', updated_at = now() where id = 5");

        assertThat(order.run().receipt().fullScan()).isTrue();
        assertThat(check())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.field()).isEqualTo("models[invoices].last_modified");
                    assertThat(finding.error().message()).contains("invoices", "no index");
                });

        source.run("create index on invoices (updated_at)");
        assertThat(order.run().receipt().fullScan()).isFalse();
        assertThat(check()).isEmpty();
    }

    private List<Finding> check() {
        return EndpointCheck.source(
                order.from(),
                Database.SERVERS.postgresPassword(),
                List.of(Order.model("invoices")),
                List.of(new Recipient("r", "acme", 1, "org_1")));
    }
}
