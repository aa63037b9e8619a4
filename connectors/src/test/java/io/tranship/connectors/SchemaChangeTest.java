package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of a model when one of its two tables changes shape. What stops, stops alone and
/// says what to do; nothing at the destination has changed then, and it goes on when that is done.
///
/// Shown to users by docs/schema-changes.md.
class SchemaChangeTest {

    private static final String ALL = "select * from vendor_data.invoices order by id";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);

    SchemaChangeTest() {
        Invoices.make(source, 250);
        source.run(
                "alter table invoices add column small int default 7, add column short varchar(10) default 'abc'",
                "create table orders as table invoices",
                "alter table orders add primary key (id)");
        order.run();
    }

    private void change() {
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id in (5, 10)",
                "update orders set number = 'changed', updated_at = now() where id in (5, 10)");
    }

    private void goesOn() {
        goesOn(order);
    }

    private void goesOn(Order with) {
        change();
        assertThat(with.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
    }

    /// Beside another model, which goes on.
    private void stops(ErrorCode code, String... words) {
        stops(order, code, words);
    }

    private void stops(Order with, ErrorCode code, String... words) {
        change();
        var before = destination.rows(ALL);
        var both = with.models(with.models().getFirst(), Order.model("orders")).run();

        var error = both.of("invoices").error();
        assertThat(error).isNotNull();
        assertThat(error.code()).as(error.message()).isEqualTo(code.code());
        assertThat(error.message()).contains("invoices").contains(words);
        assertThat(destination.rows(ALL)).isEqualTo(before);
        assertThat(both.of("orders").outcome()).isEqualTo(Outcome.SUCCESS);
    }

    private String typeOf(String column) {
        return destination.value(
                "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'vendor_data.invoices'::regclass and attname = '%s'"
                        .formatted(column));
    }

    @Test
    void aColumnThatIsAddedArrivesFromThenOn() {
        source.run("alter table invoices add column note text default 'new'");

        goesOn();

        assertThat(destination.count("vendor_data.invoices where note = 'new'")).isEqualTo(2);
        order.fullRefresh().run();
        assertThat(destination.count("vendor_data.invoices where note = 'new'")).isEqualTo(50);
    }

    @Test
    void aColumnThatIsAddedIsFilledForOldRowsWhereTheModelSaysSo() {
        var filling = order.models(Order.fillingNewColumns(order.models().getFirst()));
        source.run("alter table invoices add column note text default 'new'");

        goesOn(filling);

        assertThat(destination.count("vendor_data.invoices where note = 'new'")).isEqualTo(50);
        change();
        assertThat(filling.run().receipt().rowsRead()).as("an increment again").isLessThan(50);
    }

    /// Once the column stands there, only the load that was begun for it says that it is empty.
    @Test
    void aFillThatWasCutOffIsGoneOnWith() {
        var filling = order.models(Order.fillingNewColumns(order.models().getFirst()));
        source.run("alter table invoices add column note text default 'new'");
        var cut = new CutAfter(destination, 1);
        filling.run(cut);
        assertThat(cut.results().error().code())
                .isEqualTo(ErrorCode.DESTINATION_CONNECTION_LOST.code());
        assertThat(typeOf("note")).isEqualTo("text");

        assertThat(filling.run().only().outcome()).isEqualTo(Outcome.SUCCESS);

        assertThat(destination.count("vendor_data.invoices where note = 'new'")).isEqualTo(50);
        goesOn(filling);
    }

    @Test
    void aFillIsWholeWhereverItWasCut() throws IOException {
        var filling = order.models(Order.fillingNewColumns(order.models().getFirst()));
        var step = 1;
        for (var isCut = true; isCut; step += 2) {
            source.run(
                    "alter table invoices add column note_%d text default 'new'".formatted(step));
            try (var proxy = new CutProxy(step, step % 4 == 1)) {
                var there = Endpoints.tls(order.to(), SslMode.DISABLE, null);
                LeftBehindTest.runUpToTheCut(
                        filling.to(Endpoints.at(there, "127.0.0.1", proxy.port())));
                isCut = proxy.hasCut();
            }
            assertThat(filling.run().only().outcome()).isIn(Outcome.SUCCESS, Outcome.SKIPPED);
            assertThat(
                            destination.count(
                                    "vendor_data.invoices where note_%d = 'new'".formatted(step)))
                    .as("cut at step %d", step)
                    .isEqualTo(50);
        }
        assertThat(step).isGreaterThan(20);
    }

    /// Whoever waits for an exclusive lock blocks those who come after.
    @Test
    @Timeout(60)
    void readersGoOnWhileAColumnWaitsForItsLock() throws Exception {
        source.run("alter table invoices add column note text");
        change();
        var results = new Results();
        try (var report = destination.connect();
                var reader = destination.connect().createStatement()) {
            report.setAutoCommit(false);
            report.createStatement().execute(ALL);
            reader.execute("set statement_timeout = 2000");
            var run = Thread.ofPlatform().start(() -> order.run(results));
            for (var waits = 0L; waits < 2; ) {
                reader.execute(ALL);
                waits +=
                        destination.count(
                                "pg_stat_activity where wait_event_type = 'Lock' and query like 'alter table%'");
            }
            reader.execute(ALL);
            report.rollback();
            run.join();
        }

        assertThat(results.only().outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
        assertThat(typeOf("note")).isEqualTo("text");
    }

    private static TransferSettings impatient(TransferSettings s) {
        return new TransferSettings(
                s.rowsPerChunk(),
                s.pipeBytes(),
                s.rowBytesMax(),
                s.lookback(),
                s.boundMargin(),
                s.shrinkPercentMin(),
                s.connectTimeout(),
                Duration.ofMillis(500),
                s.statementTimeout(),
                s.idleInTransactionTimeout(),
                s.progressEvery(),
                s.stopWithin());
    }

    @Test
    void aLockThatIsHeldTooLongStopsTheModelUntilTheNextTransfer() throws Exception {
        source.run("alter table invoices add column note text");
        try (var report = destination.connect()) {
            report.setAutoCommit(false);
            report.createStatement().execute("lock table vendor_data.invoices in share mode");
            stops(
                    order.settings(SchemaChangeTest::impatient),
                    ErrorCode.DESTINATION_STATEMENT_TIMEOUT,
                    "waited too long for a lock");
        }

        goesOn();
    }

    @Test
    void aColumnThatIsDroppedStaysAsItWas() {
        source.run("alter table invoices drop column small");

        goesOn();
        source.run("insert into invoices values (9001, 'org_1', 'new', now())");
        goesOn();

        assertThat(destination.count("vendor_data.invoices where small = 7")).isEqualTo(50);
        assertThat(destination.rows("select small from vendor_data.invoices where id = 9001"))
                .containsExactly("∅");
    }

    @Test
    void aColumnThatIsRenamedIsAnotherColumn() {
        source.run("alter table invoices rename column small to smaller");

        goesOn();

        assertThat(destination.count("vendor_data.invoices where smaller = 7")).isEqualTo(2);
        assertThat(destination.count("vendor_data.invoices where small = 7")).isEqualTo(50);
    }

    @Test
    void aSelectedColumnThatIsDroppedStopsTheModel() {
        var selected =
                order.models(
                        Order.revised(
                                Order.model("invoices"),
                                1,
                                Order.column("id"),
                                Order.column("org"),
                                Order.column("number"),
                                Order.column("updated_at"),
                                Order.column("small")));
        source.run("alter table invoices drop column small");

        stops(selected, ErrorCode.SOURCE_COLUMN_MISSING, "small", "selected");
        goesOn();
    }

    @Test
    void aTypeThatIsWidenedAtTheSourceHasToBeWidenedAtTheDestination() {
        source.run("alter table invoices alter small type bigint");

        stops(ErrorCode.DESTINATION_TYPE_CHANGED, "small", "bigint", "integer", "widen");
        destination.run("alter table vendor_data.invoices alter small type bigint");
        goesOn();
    }

    @Test
    void aLengthThatIsWidenedAtTheSourceHasToBeWidenedAtTheDestination() {
        source.run("alter table invoices alter short type varchar(50)");

        stops(ErrorCode.DESTINATION_TYPE_CHANGED, "short", "character varying(50)", "widen");
        destination.run("alter table vendor_data.invoices alter short type text");
        goesOn();
    }

    @Test
    void aTypeThatIsNarrowedAtTheSourceStillFits() {
        source.run(
                "alter table invoices alter small type smallint",
                "alter table invoices alter short type varchar(5)");

        goesOn();

        assertThat(typeOf("small")).isEqualTo("integer");
        assertThat(typeOf("short")).isEqualTo("character varying(10)");
    }

    @Test
    void aTypeThatChangesToOneThatDoesNotFitStopsTheModel() {
        source.run("alter table invoices alter small type text");

        stops(ErrorCode.DESTINATION_TYPE_CHANGED, "small", "text", "integer");
        destination.run("alter table vendor_data.invoices alter small type text");
        goesOn();
    }

    @Test
    void aTableThatIsRenamedAtTheSourceStopsTheModel() {
        source.run("alter table invoices rename to bills");
        var before = destination.rows(ALL);
        source.run("update orders set number = 'changed', updated_at = now() where id = 5");

        var both = order.models(Order.model("invoices"), Order.model("orders")).run();

        assertThat(both.of("invoices").error().code())
                .isEqualTo(ErrorCode.SOURCE_TABLE_MISSING.code());
        assertThat(both.of("invoices").error().message()).contains("public.invoices");
        assertThat(both.of("orders").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(destination.rows(ALL)).isEqualTo(before);

        source.run(
                "update bills set number = 'changed', updated_at = now() where id = 5",
                "create view invoices as table bills");
        order.models(Order.on(Order.model("invoices"), "bills")).run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRequiredColumnThatIsDroppedStopsTheModel() {
        source.run("alter table invoices rename column updated_at to changed_at");
        assertThat(order.run().error().message()).contains("updated_at").contains("last-modified");
        source.run(
                "alter table invoices rename column changed_at to updated_at",
                "alter table invoices rename column org to organization");
        assertThat(order.run().error().message()).contains("org").contains("tenant");
        source.run(
                "alter table invoices rename column organization to org",
                "alter table invoices rename column id to invoice_id");
        assertThat(order.run().error().message()).contains("id").contains("key");
        source.run("alter table invoices rename column invoice_id to id");

        goesOn();
    }

    @Test
    void aLastModifiedColumnThatIsNoTimeAnyMoreStopsTheModel() {
        source.run(
                "alter table invoices alter updated_at drop default, alter updated_at type date");

        stops(ErrorCode.SOURCE_TYPE_UNSUITABLE, "updated_at", "date");
    }

    @Test
    void anotherKeyNeedsAnIndexAtTheDestination() {
        source.run(
                "create unique index on invoices (number)",
                "alter table invoices alter number set not null");
        var keyed = order.models(Order.revised(Order.keyed(Order.model("invoices"), "number"), 2));
        var before = destination.rows(ALL);

        var error = keyed.run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_TABLE_NOT_OURS.code());
        assertThat(error.message())
                .contains("unique index over the key [number]")
                .contains("create");
        assertThat(destination.rows(ALL)).isEqualTo(before);
        destination.run("create unique index on vendor_data.invoices (number)");
        assertThat(keyed.run().only().outcome()).isIn(Outcome.SUCCESS, Outcome.SKIPPED);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aTableThatIsDroppedAtTheDestinationIsLoadedAgain() {
        destination.run("drop table vendor_data.invoices");

        assertThat(order.run().receipt().rowsRead()).isEqualTo(50);

        Invoices.assertArrived(source, destination);
    }

    @Test
    void aColumnThatIsDroppedAtTheDestinationComesBackEmpty() {
        destination.run("alter table vendor_data.invoices drop column small");

        goesOn();

        assertThat(destination.count("vendor_data.invoices where small = 7")).isEqualTo(2);
        order.fullRefresh().run();
        assertThat(destination.count("vendor_data.invoices where small = 7")).isEqualTo(50);
    }

    @Test
    void aTypeThatIsNarrowedAtTheDestinationStopsTheModel() {
        destination.run("alter table vendor_data.invoices alter number type varchar(20)");

        stops(ErrorCode.DESTINATION_TYPE_CHANGED, "number", "text", "character varying(20)");
        destination.run("alter table vendor_data.invoices alter number type text");
        goesOn();
    }

    @Test
    void aColumnOfTheRecipientsOwnMayBeAddedIfItMayBeEmpty() {
        destination.run(
                "alter table vendor_data.invoices add column seen boolean not null default false");
        source.run("insert into invoices values (9001, 'org_1', 'new', now())");
        goesOn();

        destination.run("alter table vendor_data.invoices alter seen drop default");
        source.run("insert into invoices values (9002, 'org_1', 'new', now())");
        stops(ErrorCode.DESTINATION_CONSTRAINT_VIOLATED, "seen", "23502");
        destination.run("alter table vendor_data.invoices alter seen set default false");
        goesOn();
    }

    @Test
    void aTableWithoutItsUniqueIndexStopsTheModel() {
        destination.run("alter table vendor_data.invoices drop constraint invoices_pkey");

        stops(ErrorCode.DESTINATION_TABLE_NOT_OURS, "unique index over the key [id]", "create");
        destination.run("create unique index on vendor_data.invoices (id)");
        goesOn();
    }
}
