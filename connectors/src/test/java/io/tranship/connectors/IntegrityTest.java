package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What an integrity job finds, what it leaves to the next transfer, and what a repair writes.
class IntegrityTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(200);
    private final Order compare = order.kind(TransferKind.INTEGRITY);

    IntegrityTest() {
        Invoices.make(source, 5_000);
        order.run();
    }

    private static IntegrityReport report(ModelResult result) {
        return Objects.requireNonNull(result.integrity(), () -> "no report: " + result.error());
    }

    private IntegrityReport compared() {
        return report(compare.run().only());
    }

    /// A missing row, an extra one, a changed value in each column that is not the key, a null, and
    /// a row that went to another tenant without saying so.
    private void differ() {
        source.run(
                "insert into invoices values (90001, 'org_1', 'missing', now() - interval '1 day')",
                "update invoices set org = 'org_2' where id = 500");
        destination.run(
                "insert into vendor_data.invoices values (90002, 'org_1', 'extra', now() - interval '1 day')",
                "update vendor_data.invoices set number = 'other' where id = 5",
                "update vendor_data.invoices set org = 'org_9' where id = 10",
                "update vendor_data.invoices set updated_at = updated_at - interval '1 microsecond' where id = 15",
                "update vendor_data.invoices set number = null where id = 20");
    }

    @Test
    void twoSidesThatAreTheSameAreIdenticalToTheLastRow() {
        var report = compared();

        assertThat(report).isEqualTo(IntegrityReport.identical(1_000, report.sourceDigest(), 0));
    }

    @Test
    void eachKindOfDifferenceIsFoundAndNothingElse() {
        differ();

        var result = compare.run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        var report = report(result);
        assertThat(report.rowsMissing()).isEqualTo(1);
        assertThat(report.rowsStale()).isEqualTo(4);
        assertThat(report.rowsExtra()).isEqualTo(2);
        assertThat(report.partsUnequal()).isEqualTo(7);
        assertThat(report.partsExamined()).isEqualTo(7);
        var error = Objects.requireNonNull(result.error());
        assertThat(error.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH.code());
        assertThat(error.message())
                .contains("1000 rows at the source and 1001 at the destination")
                .contains("1 are missing there, 4 are stale and 2 are extra");
    }

    @Test
    void aComparisonWritesNothing() {
        differ();
        var before = destination.rows("select * from vendor_data.invoices order by id");
        var control = destination.rows("select cursor, rows from vendor_data._tranship_model");

        compare.run();

        assertThat(destination.rows("select * from vendor_data.invoices order by id"))
                .isEqualTo(before);
        assertThat(destination.rows("select cursor, rows from vendor_data._tranship_model"))
                .isEqualTo(control);
    }

    @Test
    void aRepairWritesOnlyWhatDiffers() {
        differ();
        destination.run(
                "create table touched (id bigint, op text)",
                "create function touched() returns trigger language plpgsql as 'begin insert into public.touched values (coalesce(new.id, old.id), tg_op); return null; end'",
                "create trigger touched after insert or update or delete on vendor_data.invoices for each row execute function touched()");

        var result = compare.repair().run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
        assertThat(destination.rows("select op, id from touched order by op, id"))
                .containsExactly(
                        "DELETE|500",
                        "DELETE|90002",
                        "INSERT|90001",
                        "UPDATE|5",
                        "UPDATE|10",
                        "UPDATE|15",
                        "UPDATE|20");
        var receipt = Objects.requireNonNull(result.receipt());
        assertThat(receipt.rowsRead()).isEqualTo(5);
        assertThat(receipt.rowsApplied()).isEqualTo(5);
        assertThat(receipt.rowsDeleted()).isEqualTo(2);
        var report = report(result);
        assertThat(report.isIdentical()).isTrue();
        assertThat(report.rowsMissing() + report.rowsStale() + report.rowsExtra()).isEqualTo(7);
        assertThat(compared().laterRows()).isZero();
    }

    /// What the next transfer brings is no difference, whatever kind of change it was.
    @Test
    void whatChangedSinceTheLastTransferIsNoDifference() {
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id in (5, 10)",
                "insert into invoices values (90001, 'org_1', 'new', now())");

        var result = compare.run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        var report = report(result);
        assertThat(report.laterRows()).isEqualTo(3);
        assertThat(report.sourceRows()).isEqualTo(998);
    }

    /// The next transfer would mend it, but nothing at the source explains it.
    @Test
    void anotherValueOfTheSameTimeIsADifferenceHoweverLateItIs() {
        source.run("update invoices set updated_at = clock_timestamp() where id in (5, 10, 15)");
        order.run();
        source.run(
                "update invoices set number = 'changed', updated_at = clock_timestamp() where id = 5");
        destination.run("update vendor_data.invoices set number = 'other' where id = 10");

        var report = compared();

        assertThat(report.rowsStale()).isOne();
        assertThat(report.rowsMissing() + report.rowsExtra()).isZero();
        assertThat(report.isIdentical()).isFalse();
        assertThat(compare.repair().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(destination.value("select number from vendor_data.invoices where id = 10"))
                .isEqualTo("No. 10");
    }

    @Test
    void differencesAreToldFromChangesInTheSamePart() {
        source.run("update invoices set number = 'changed', updated_at = now() where id % 3 = 0");
        differ();

        var report = compared();

        assertThat(report.laterRows()).isEqualTo(333);
        assertThat(report.isIdentical()).isFalse();
        // 15 changed, and is the next transfer's.
        assertThat(report.rowsStale()).isEqualTo(3);
        assertThat(report.rowsMissing()).isEqualTo(1);
        assertThat(report.rowsExtra()).isEqualTo(2);
    }

    @Test
    void aRepairLeavesWhatIsNewerToTheNextTransfer() {
        differ();
        source.run("update invoices set number = 'changed', updated_at = now() where id = 25");

        assertThat(compare.repair().run().only().outcome()).isEqualTo(Outcome.SUCCESS);

        assertThat(destination.value("select number from vendor_data.invoices where id = 25"))
                .isEqualTo("No. 25");
        order.run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aWriterAtTheSourceIsNeverTakenForADifference() throws Exception {
        differ();
        var ended = new AtomicBoolean();
        var writer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (var n = 0; !ended.get(); n++) {
                                source.run(
                                        "update invoices set number = 'w%d', updated_at = clock_timestamp() where id %% 100 = %d and id between 1000 and 5000"
                                                .formatted(n, n % 100),
                                        "insert into invoices values (%d, 'org_1', 'n', clock_timestamp())"
                                                .formatted(100_000 + n));
                            }
                        });
        try {
            for (var i = 0; i < 10; i++) {
                var report = compared();
                assertThat(report.rowsMissing()).isEqualTo(1);
                assertThat(report.rowsExtra()).isEqualTo(2);
                assertThat(report.rowsStale()).isEqualTo(4);
            }
        } finally {
            ended.set(true);
            writer.join();
        }
        assertThat(compare.repair().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        order.run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRepairThatWouldDeleteMostRowsNeedsConsent() {
        source.run("delete from invoices where org = 'org_1' and id > 500");

        var refused = compare.repair().run();

        assertThat(refused.error().code()).isEqualTo(ErrorCode.DESTINATION_SHRINKS.code());
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(1_000);

        assertThat(compare.repairThatMayShrink().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRunThatIsShutOutRepairsNothing() {
        differ();
        var before = destination.rows("select * from vendor_data.invoices order by id");
        order.epoch(5_000_000).kind(TransferKind.INTEGRITY).run();

        var late = compare.repair().epoch(4_000_000).run();

        assertThat(late.error().code()).isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(destination.rows("select * from vendor_data.invoices order by id"))
                .isEqualTo(before);
    }

    @Test
    void keysOfSeveralColumnsAndOddTextsAreFoundAgain() {
        source.run(
                "create table odd (a text collate \"C\", b numeric(6,2), org text, v text, updated_at timestamptz, primary key (a, b))",
                """
                insert into odd
                select k, n, 'org_1', 'v', now() - interval '1 day'
                from unnest(array['plain', 'com,ma', 'quo"te', 'back\\slash', '{brace}', 'NULL', '', E'tab\\tnew\\nline', 'ünï 🙂']) k, generate_series(1, 3) n
                """);
        var odd = order.models(Order.keyed(Order.model("odd"), "a", "b"));
        odd.run();
        destination.run(
                "update vendor_data.odd set v = 'x' where b = 1",
                "delete from vendor_data.odd where b = 2",
                "update vendor_data.odd set b = 9 where b = 3");

        var result = odd.kind(TransferKind.INTEGRITY).repair().run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        var report = report(result);
        assertThat(List.of(report.rowsStale(), report.rowsMissing(), report.rowsExtra()))
                .containsExactly(9L, 18L, 9L);
        assertThat(destination.rows("select * from vendor_data.odd order by a collate \"C\", b"))
                .isEqualTo(source.rows("select * from odd order by a, b"));
    }

    @Test
    void aModelThatWasNeverTransferredCannotBeCompared() {
        source.run("create table other (like invoices including all)");

        var result = order.models(Order.model("other")).kind(TransferKind.INTEGRITY).run();

        assertThat(result.error().message()).contains("other").contains("transfer it first");
    }
}
