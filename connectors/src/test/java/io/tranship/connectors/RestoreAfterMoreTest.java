package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An undo, and what else may have happened to the model: another load, another revision, another
/// owner, or nothing yet.
class RestoreAfterMoreTest {

    private static final String ROWS = "select * from vendor_data.invoices order by id";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);
    private final Order restore = order.kind(TransferKind.RESTORE);

    RestoreAfterMoreTest() {
        Invoices.make(source, 500);
    }

    private List<String> besides() {
        return destination.rows(
                "select substr(tablename, 1, 12) from pg_tables where schemaname = 'vendor_data' and tablename ~ '^_tranship_[gu]_'");
    }

    private void refreshWith(String number) {
        source.run("update invoices set number = '%s' where id <= 100".formatted(number));
        order.fullRefresh().run();
    }

    @Test
    void aModelThatWasNeverTransferredHasNothingToRestoreAndIsTransferredAsEver() {
        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());

        order.run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void onlyTheLastRefreshIsUndone() {
        order.run();
        refreshWith("wrong");
        var wrong = destination.rows(ROWS);
        refreshWith("worse");
        assertThat(besides()).containsExactly("_tranship_u_");

        restore.run();

        assertThat(destination.rows(ROWS)).isEqualTo(wrong);
        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
        assertThat(destination.rows(ROWS)).isEqualTo(wrong);
    }

    /// The server ends the session when the rows that were new are deleted already.
    @Test
    void aRestoreThatIsKilledHalfWayChangesNothingAndMayBeTriedAgain() {
        order.run();
        var before = destination.rows(ROWS);
        source.run("insert into invoices values (9001, 'org_1', 'wrong', now())");
        refreshWith("wrong");
        var wrong = destination.rows(ROWS);
        destination.run(
                "create function vendor_data.die() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'",
                "create trigger die after update on vendor_data.invoices for each statement execute function vendor_data.die()");

        assertThat(restore.run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_CONNECTION_LOST.code());
        assertThat(destination.rows(ROWS)).isEqualTo(wrong);

        destination.run("drop trigger die on vendor_data.invoices");
        assertThat(restore.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(destination.rows(ROWS)).isEqualTo(before);
    }

    @Test
    void aRestoreDropsWhatANewRefreshHadHalfLoaded() {
        order.run();
        var before = destination.rows(ROWS);
        refreshWith("wrong");
        var results = new Results();
        order.fullRefresh().run(cutAfterTwoChunks(results));
        assertThat(results.only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(besides()).containsExactlyInAnyOrder("_tranship_g_", "_tranship_u_");

        restore.run();

        assertThat(destination.rows(ROWS)).isEqualTo(before);
        assertThat(besides()).isEmpty();
        assertThat(destination.count("vendor_data._tranship_chunk")).isZero();
    }

    private TransferListener cutAfterTwoChunks(Results results) {
        return new TransferListener() {
            @Override
            public void progress(String model, long rows, long bytes, int done, int total) {
                if (done == 2) {
                    Invoices.cutSessions(destination);
                }
            }

            @Override
            public void finished(ModelResult result) {
                results.finished(result);
            }
        };
    }

    @Test
    void afterTheUndoOfANewRevisionsLoadTheNextTransferLoadsAgain() {
        order.run();
        var revised =
                order.models(
                        Order.revised(
                                Order.model("invoices"),
                                2,
                                new Column("id", null, null),
                                new Column("number", "label", "varchar"),
                                new Column("updated_at", null, null)));
        revised.run();
        assertThat(destination.count("vendor_data.invoices where label is not null"))
                .isEqualTo(100);

        assertThat(revised.kind(TransferKind.RESTORE).run().only().outcome())
                .isEqualTo(Outcome.SUCCESS);

        assertThat(destination.count("vendor_data.invoices where label is not null")).isZero();
        assertThat(destination.value("select revision from vendor_data._tranship_model"))
                .isEqualTo("1");
        assertThat(revised.run().receipt().rowsRead()).isEqualTo(100);
        assertThat(destination.count("vendor_data.invoices where label = number")).isEqualTo(100);
    }

    @Test
    void anHeirDoesNotRestoreWhatWasKeptForAnother() {
        order.run();
        refreshWith("wrong");
        var wrong = destination.rows(ROWS);
        var heir = order.owner("installation-2", "destination-9");

        assertThat(heir.kind(TransferKind.RESTORE).run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_TABLE_TAKEN.code());

        // Owner of the table from here on, and of no row in it.
        heir.adopting().from(e -> Endpoints.at(e, "127.0.0.1", 1)).run();
        assertThat(heir.kind(TransferKind.RESTORE).run().error().code())
                .isEqualTo(ErrorCode.DESTINATION_NOTHING_TO_RESTORE.code());
        assertThat(destination.rows(ROWS)).isEqualTo(wrong);
    }
}
