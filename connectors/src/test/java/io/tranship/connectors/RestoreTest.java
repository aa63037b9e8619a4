package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A full refresh that brought the wrong rows, and the way back.
class RestoreTest {

    private static final String ROWS = "select * from vendor_data.invoices order by id";
    private static final String STATE =
            "select generation, revision, cursor, complete_up_to, rows, loading from vendor_data._tranship_model";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);
    private final Order restore = order.kind(TransferKind.RESTORE);

    RestoreTest() {
        Invoices.make(source, 500);
        order.run();
    }

    /// Rows changed behind the stamps, rows gone, rows that nobody knows.
    private void breakSource() {
        source.run(
                "create table sound as table invoices",
                "update invoices set number = 'wrong' where id <= 100",
                "delete from invoices where id between 200 and 300",
                "insert into invoices values (9001, 'org_1', 'wrong', '2001-01-01'), (9002, 'org_1', 'wrong', now())");
    }

    private void mendSource() {
        source.run("truncate invoices", "insert into invoices table sound");
    }

    private List<String> tables() {
        return destination.rows(
                "select regexp_replace(tablename, '_u_.*', '_u_') from pg_tables where schemaname = 'vendor_data' order by 1");
    }

    @Test
    void aWrongRefreshIsUndoneAndTheNextTransferGoesOn() {
        var before = destination.rows(ROWS);
        var state = destination.value(STATE);
        breakSource();
        order.fullRefresh().run();
        assertThat(destination.rows(ROWS)).isNotEqualTo(before);

        // The source need not even be there.
        var receipt = restore.from(e -> Endpoints.at(e, e.host(), 1)).run().receipt();

        assertThat(destination.rows(ROWS)).isEqualTo(before);
        assertThat(destination.value(STATE)).isEqualTo(state);
        assertThat(List.of(receipt.rowsApplied(), receipt.rowsDeleted()))
                .isEqualTo(List.of(41L, 2L));
        assertThat(tables())
                .containsExactly(
                        "_tranship_chunk", "_tranship_model", "_tranship_undo", "invoices");

        mendSource();
        source.run("update invoices set number = 'later', updated_at = now() where id = 5");
        assertThat(order.run().receipt().rowsApplied()).isOne();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void withNothingToRestoreTheErrorSaysWhatToDo() {
        var error = restore.run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
        assertThat(error.message()).contains("invoices", "Transfer with full_refresh");

        order.fullRefresh().run();
        assertThat(restore.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
    }

    @Test
    void whatAnIncrementBroughtSinceComesAgainAfterARestore() {
        breakSource();
        order.fullRefresh().run();
        mendSource();
        source.run(
                "update invoices set number = 'later', updated_at = now() where id in (5, 205, 400)",
                "insert into invoices values (9002, 'org_1', 'later', now()), (9003, 'org_1', 'later', now())");
        order.run();

        assertThat(restore.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(
                        destination.rows(
                                "select id, number from vendor_data.invoices where id in (5, 205, 9001, 9002) order by 1"))
                .containsExactly("5|No. 5", "205|No. 205");

        order.run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRestoreThatFailsChangesNothingAndMayBeTriedAgain() {
        var before = destination.rows(ROWS);
        breakSource();
        order.fullRefresh().run();
        var wrong = destination.rows(ROWS);
        var state = destination.value(STATE);
        destination.run(
                "create function vendor_data.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'",
                "create trigger no after update on vendor_data.invoices for each statement execute function vendor_data.no()");

        assertThat(restore.run().only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(destination.rows(ROWS)).isEqualTo(wrong);
        assertThat(destination.value(STATE)).isEqualTo(state);

        destination.run("drop trigger no on vendor_data.invoices");
        assertThat(restore.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(destination.rows(ROWS)).isEqualTo(before);
    }

    @Test
    void columnsOfTheRecipientsOwnComeBackWithTheirRows() {
        destination.run(
                "alter table vendor_data.invoices add note text, add twice text generated always as (number || number) stored",
                "update vendor_data.invoices set note = 'mine'");
        breakSource();
        order.fullRefresh().run();
        destination.run("update vendor_data.invoices set note = 'newer' where id = 5");

        restore.run();

        assertThat(destination.count("vendor_data.invoices where note = 'mine'")).isEqualTo(99);
        assertThat(destination.value("select note from vendor_data.invoices where id = 5"))
                .isEqualTo("newer");
    }

    @Test
    void whatWasDisplacedIsKeptForAWeek() {
        breakSource();
        order.fullRefresh().run();
        assertThat(tables()).contains("_tranship_u_");
        destination.run(
                "update vendor_data._tranship_undo set kept_at = now() - interval '8 days'");

        order.run();

        assertThat(tables()).doesNotContain("_tranship_u_");
        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
    }

    @Test
    void whoReadsWhatIsKeptKeepsNoTransferFromGoingOn() throws SQLException {
        breakSource();
        order.fullRefresh().run();
        destination.run(
                "update vendor_data._tranship_undo set kept_at = now() - interval '8 days'");
        var hasty = order.settings(RestoreTest::withShortLockTimeout);

        try (var reader = destination.connect();
                var statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute(
                    "lock table vendor_data."
                            + destination.value("select kept from vendor_data._tranship_undo")
                            + " in access share mode");
            assertThat(hasty.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(tables()).contains("_tranship_u_");
        }
        hasty.run();
        assertThat(tables()).doesNotContain("_tranship_u_");
    }

    private static TransferSettings withShortLockTimeout(TransferSettings s) {
        return new TransferSettings(
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
                s.stopWithin());
    }

    @Test
    void whatATableDisplacedThatWasDroppedSinceIsNotPutIntoTheNewOne() {
        breakSource();
        order.fullRefresh().run();
        destination.run("drop table vendor_data.invoices");
        order.run();

        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
        Invoices.assertArrived(source, destination);
    }

    /// A newer run takes the second model while the first is told of.
    @Test
    void aRestoreThatANewerRunOvertookWritesNothing() {
        source.run(
                "create table other as table invoices", "alter table other add primary key (id)");
        var both = order.models(Order.model("invoices"), Order.model("other"));
        both.run();
        source.run("update other set number = 'wrong'");
        both.fullRefresh().run();
        var newer = order.models(Order.model("other")).epoch(30_001);
        var results = new Results();

        both.kind(TransferKind.RESTORE)
                .epoch(30_000)
                .run(
                        new TransferListener() {
                            @Override
                            public void progress(
                                    String model, long rows, long bytes, int done, int total) {}

                            @Override
                            public void finished(ModelResult result) {
                                results.finished(result);
                                if (result.model().equals("invoices")) {
                                    newer.run();
                                }
                            }
                        });

        assertThat(results.of("other").error())
                .isNotNull()
                .extracting("code")
                .isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(destination.count("vendor_data.other where number = 'wrong'")).isEqualTo(100);
    }

    @Test
    void anOlderRestoreIsRefusedAsAnyOlderRun() {
        breakSource();
        order.epoch(30_000).fullRefresh().run();

        assertThat(restore.epoch(29_999).run().error().code())
                .isEqualTo(ErrorCode.FENCE_LOST.code());
    }
}
