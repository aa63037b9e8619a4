package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rows that are deleted at the source, and those that only say so.
class DeletesTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");

    private Order order(Deletes deletes) {
        return Order.between(source, destination)
                .rowsPerChunk(200)
                .models(Order.deleting(Order.model("invoices"), deletes));
    }

    /// Looks for deleted rows in each transfer.
    private Order detecting() {
        var order = order(new Deletes(null, 1, 10));
        Invoices.make(source, 1_000);
        order.run();
        isDueAgain();
        return order;
    }

    private void isDueAgain() {
        destination.run(
                "update vendor_data._tranship_model set deletes_detected_at = deletes_detected_at - interval '1 minute'");
    }

    private Order marking(String type) {
        Invoices.make(source, 500);
        source.run("alter table invoices add column gone " + type);
        return order(new Deletes("gone", 0, 10));
    }

    private List<String> ids() {
        return destination.rows("select id from vendor_data.invoices order by id");
    }

    @Test
    void hardDeletesAreFoundAndTheBreakerStopsAFlood() {
        var order = detecting();
        source.run("delete from invoices where id in (5, 500, 1000)");

        var receipt = order.run().receipt();

        assertThat(receipt.rowsDeleted()).isEqualTo(3);
        Invoices.assertArrived(source, destination);

        isDueAgain();
        source.run(
                "delete from invoices where id <= 200",
                "insert into invoices values (90001, 'org_1', 'new', now())");
        var held = order.run();

        assertThat(held.error().code()).isEqualTo(ErrorCode.DESTINATION_DELETES_HELD.code());
        assertThat(held.error().message())
                .contains("39 of 198 rows")
                .contains("breaker_percent 10")
                .contains("accept_shrink");
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(198);
        assertThat(ids()).contains("90001");

        assertThat(order.thatMayShrink().run().receipt().rowsDeleted()).isEqualTo(39);
        Invoices.assertArrived(source, destination);
        assertThat(destination.value("select rows from vendor_data._tranship_model"))
                .isEqualTo("159");
    }

    @Test
    void aRowThatChangesTenantLeavesTheFormerRecipient() {
        var order = detecting();
        var theirs =
                order.to(e -> Endpoints.in(e, e.database(), "theirs"))
                        .tenant("org_2")
                        .owner("installation-1", "destination-2");
        theirs.run();
        source.run("update invoices set org = 'org_2', updated_at = now() where id = 5");

        assertThat(order.run().receipt().rowsDeleted()).isOne();
        theirs.run();

        assertThat(ids()).hasSize(199).doesNotContain("5");
        Invoices.assertArrived(source, destination);
        Invoices.assertArrived(source, destination, "theirs", "org_2");
    }

    @Test
    void deletesAreLookedForOnlyWhenTheyAreDue() {
        var order = order(new Deletes(null, 60, 10));
        Invoices.make(source, 1_000);
        order.run();
        source.run("delete from invoices where id = 5");

        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(ids()).contains("5");

        destination.run(
                "update vendor_data._tranship_model set deletes_detected_at = now() - interval '60 minutes'");
        assertThat(order.run().receipt().rowsDeleted()).isOne();
        source.run("delete from invoices where id = 10");
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aModelThatDoesNotAskForItKeepsDeletedRows() {
        var order = Order.between(source, destination);
        Invoices.make(source, 100);
        order.run();
        source.run("delete from invoices where id = 5");

        order.run();

        assertThat(ids()).contains("5");
    }

    @Test
    void aRowMarkedByATimeIsDeletedAndComesBackWhenItsMarkIsTaken() {
        var order = marking("timestamptz");
        source.run("update invoices set gone = now() where id in (5, 10)");
        order.run();
        assertThat(ids()).hasSize(98).doesNotContain("5", "10");

        source.run("update invoices set gone = now(), updated_at = now() where id in (15, 20)");
        var receipt = order.run().receipt();
        assertThat(receipt.rowsDeleted()).isEqualTo(2);
        assertThat(receipt.isBalanced()).isTrue();
        assertThat(ids()).hasSize(96).doesNotContain("5", "10", "15", "20");
        assertThat(destination.value("select rows from vendor_data._tranship_model"))
                .isEqualTo("96");

        // Read again by the lookback.
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);

        source.run("update invoices set gone = null, updated_at = now() where id in (5, 15)");
        assertThat(order.run().receipt().rowsApplied()).isEqualTo(2);
        assertThat(ids()).hasSize(98).contains("5", "15");
        order.fullRefresh().run();
        assertThat(ids()).hasSize(98).contains("5", "15").doesNotContain("10", "20");
    }

    @Test
    void aBooleanMarkCountsOnlyWhenItIsTrue() {
        var order = marking("boolean");
        source.run("update invoices set gone = false where id = 5");
        order.run();
        assertThat(ids()).hasSize(100);

        source.run(
                "update invoices set gone = true, updated_at = now() where id = 5",
                "update invoices set gone = false, updated_at = now() where id = 10",
                "update invoices set updated_at = now() where id = 15");
        var receipt = order.run().receipt();

        assertThat(receipt.rowsDeleted()).isOne();
        assertThat(receipt.rowsApplied()).isEqualTo(2);
        assertThat(ids()).hasSize(99).doesNotContain("5");
    }

    @Test
    void theMarkNeedNotBeCarried() {
        var marked = marking("timestamptz");
        var order =
                marked.models(
                        Order.deleting(
                                Order.revised(
                                        Order.model("invoices"),
                                        1,
                                        Order.column("id"),
                                        Order.column("org"),
                                        Order.column("number"),
                                        Order.column("updated_at")),
                                new Deletes("gone", 0, 10)));
        order.run();
        source.run("update invoices set gone = now(), updated_at = now() where id = 5");

        assertThat(order.run().receipt().rowsDeleted()).isOne();
        source.run(
                "update invoices set gone = null where id = 5",
                "delete from invoices where id = 5");
        Invoices.assertArrived(source, destination);
    }

    /// The cursor rises over rows that were only deleted.
    @Test
    void theCursorCountsMarkedRowsToo() {
        var order = marking("timestamptz");
        source.run("update invoices set updated_at = updated_at - interval '1 day'");
        order.run();
        source.run(
                "update invoices set gone = now(), updated_at = now() - interval '2 seconds' where id = 5");
        destination.run(
                "update vendor_data._tranship_model set cursor = (now() - interval '1 hour')::text");

        order.run();

        assertThat(
                        destination.value(
                                "select cursor::timestamptz > now() - interval '1 minute' from vendor_data._tranship_model"))
                .isEqualTo("t");
    }

    @Test
    void anOlderMarkDoesNotDeleteANewerRow() {
        var order = marking("timestamptz");
        order.run();
        source.run("update invoices set gone = now(), updated_at = now() where id = 5");
        destination.run(
                "update vendor_data.invoices set updated_at = now() + interval '1 hour' where id = 5");

        assertThat(order.run().receipt().rowsDeleted()).isZero();
        assertThat(ids()).contains("5");
    }

    @Test
    void aWindowDeletesMarkedRowsToo() {
        var order = marking("timestamptz");
        order.run();
        source.run(
                "update invoices set gone = now(), updated_at = now() - interval '3 days' where id = 5");
        var now = Instant.now();

        order.window(now.minusSeconds(4 * 86_400), now.minusSeconds(2 * 86_400)).run();

        assertThat(ids()).hasSize(99).doesNotContain("5");
    }

    @Test
    void anIntegrityJobKnowsMarkedRows() {
        var order = marking("timestamptz");
        source.run("update invoices set gone = now() where id = 10");
        order.run();
        source.run("update invoices set gone = now(), updated_at = now() where id = 5");
        var compare = order.kind(TransferKind.INTEGRITY);

        var marked = compare.run().only();
        assertThat(marked.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(marked.integrity().laterRows()).isOne();
        order.run();
        assertThat(compare.run().only().outcome()).isEqualTo(Outcome.SUCCESS);

        // Marked without a new last-modified value: no transfer sees it.
        source.run("update invoices set gone = now() where id = 15");
        assertThat(compare.run().only().integrity().rowsExtra()).isOne();
        assertThat(compare.repair().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(ids()).doesNotContain("15");
    }

    @Test
    void aMarkThatIsNotThereIsNamed() {
        Invoices.make(source, 10);

        var error = order(new Deletes("deleted_at", 0, 10)).run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_COLUMN_MISSING.code());
        assertThat(error.message()).contains("deleted_at").contains("soft-delete");
    }

    @Test
    void aMarkOfAnUnknownMeaningIsRefused() {
        source.run("create domain flag as boolean");
        var order = marking("flag");

        var error = order.run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_TYPE_UNSUITABLE.code());
        assertThat(error.message()).contains("gone").contains("flag");
    }
}
