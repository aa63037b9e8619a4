package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A recipient leaves, and what was delivered goes.
class PurgeTest {

    private static final String TABLES =
            "select tablename from pg_tables where schemaname = 'vendor_data' order by 1";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order =
            Order.between(source, destination)
                    .rowsPerChunk(20)
                    .models(Order.model("invoices"), Order.model("orders"));
    private final Order purge = order.kind(TransferKind.PURGE);

    PurgeTest() {
        Invoices.make(source, 500);
        source.run(
                "create table orders as table invoices", "alter table orders add primary key (id)");
    }

    private List<Outcome> outcomes(Results results) {
        return results.all().stream().map(ModelResult::outcome).toList();
    }

    @Test
    void aPurgeLeavesNothingOfOursAndAllOfOthers() {
        order.run();
        source.run("update invoices set number = 'other' where id < 50");
        order.fullRefresh().run();
        destination.run("create table vendor_data.theirs as select 1 as n");

        // The source need not even be there.
        var purged = purge.from(e -> Endpoints.at(e, e.host(), 1)).run();

        assertThat(outcomes(purged)).containsOnly(Outcome.SUCCESS);
        assertThat(purged.of("invoices").receipt())
                .isNotNull()
                .extracting("rowsDeleted")
                .isEqualTo(100L);
        assertThat(destination.rows(TABLES)).containsExactly("theirs");
    }

    @Test
    void onlyTheModelsThatWereAskedForGo() {
        order.run();

        assertThat(purge.models(Order.model("orders")).run().only().outcome())
                .isEqualTo(Outcome.SUCCESS);

        assertThat(destination.rows(TABLES))
                .containsExactly("_tranship_chunk", "_tranship_model", "invoices");
        assertThat(destination.rows("select model from vendor_data._tranship_model"))
                .containsExactly("invoices");
    }

    @Test
    void twiceIsHarmlessAndTheNextTransferLoadsEverything() {
        order.run();
        purge.run();

        assertThat(outcomes(purge.run())).containsOnly(Outcome.SKIPPED);
        assertThat(destination.rows(TABLES)).isEmpty();

        assertThat(outcomes(order.run())).containsOnly(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void whatAnotherInstallationBroughtStays() {
        order.run();
        var before = destination.rows(TABLES);

        var other = purge.owner("installation-2", "destination-1").run();
        assertThat(other.of("invoices").error())
                .isNotNull()
                .extracting("code")
                .isEqualTo(ErrorCode.DESTINATION_TABLE_TAKEN.code());
        var sibling = purge.owner("installation-1", "destination-2").run();
        assertThat(outcomes(sibling)).containsOnly(Outcome.FAILED);

        assertThat(destination.rows(TABLES)).isEqualTo(before);
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(100);
        assertThat(outcomes(order.run())).containsOnly(Outcome.SKIPPED);
    }

    /// It was refused when it was to be transferred, and is refused now.
    @Test
    void aTableThatNoTransferCompletedStays() {
        destination.run(
                "create schema vendor_data",
                "create table vendor_data.invoices (id bigint primary key, org text, number text, updated_at timestamptz)",
                "insert into vendor_data.invoices values (1, 'org_1', 'theirs', now())");
        assertThat(order.run().of("invoices").outcome()).isEqualTo(Outcome.FAILED);

        purge.run();

        assertThat(destination.rows(TABLES)).containsExactly("invoices");
        assertThat(destination.value("select number from vendor_data.invoices"))
                .isEqualTo("theirs");
    }

    @Test
    void aLoadThatWasNotCompletedGoesToo() {
        order.models(Order.model("invoices"))
                .run(
                        new TransferListener() {
                            @Override
                            public void progress(
                                    String model, long rows, long bytes, int done, int total) {
                                if (done == 1) {
                                    Invoices.cutSessions(destination);
                                }
                            }

                            @Override
                            public void finished(ModelResult result) {}
                        });
        assertThat(destination.rows(TABLES)).anyMatch(name -> name.startsWith("_tranship_g_"));

        purge.run();

        assertThat(destination.rows(TABLES)).isEmpty();
    }

    @Test
    void whatNeedsTheTableIsNamedAndNothingIsRemoved() {
        order.run();
        destination.run(
                "create view vendor_data.totals as select count(*) from vendor_data.invoices",
                "create table vendor_data.notes (invoice bigint references vendor_data.invoices, note text)",
                "create function vendor_data.f(i vendor_data.invoices) returns int language sql as 'select 1'");
        var before = destination.rows(TABLES);

        var result = purge.run();

        assertThat(result.of("orders").outcome()).isEqualTo(Outcome.SUCCESS);
        var error = result.of("invoices").error();
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_TABLE_NEEDED.code());
        assertThat(error.message())
                .contains("view vendor_data.totals", "constraint", "notes", "function");
        assertThat(destination.rows(TABLES))
                .isEqualTo(before.stream().filter(name -> !name.equals("orders")).toList());
        assertThat(order.run().of("invoices").outcome()).isEqualTo(Outcome.SKIPPED);

        destination.run(
                "drop view vendor_data.totals",
                "drop table vendor_data.notes",
                "drop function vendor_data.f(vendor_data.invoices)");
        assertThat(outcomes(purge.run())).containsOnly(Outcome.SUCCESS);
        assertThat(destination.rows(TABLES)).isEmpty();
    }

    /// What belongs to the table goes with it.
    @Test
    void theTablesOwnTriggersPoliciesAndKeysAreNoHindrance() {
        order.run();
        destination.run(
                "alter table vendor_data.invoices add parent bigint references vendor_data.invoices",
                "create index on vendor_data.invoices (number)",
                "create policy p on vendor_data.invoices using (number is not null)",
                "create function vendor_data.t() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger t before update of number on vendor_data.invoices for each row when (new.id > 0) execute function vendor_data.t()",
                "create statistics vendor_data.s on id, number from vendor_data.invoices");

        assertThat(outcomes(purge.run())).containsOnly(Outcome.SUCCESS);
    }

    /// A newer run takes the second model while the first is told of.
    @Test
    void aPurgeThatANewerRunOvertookRemovesNothing() {
        order.run();
        var newer = order.models(Order.model("orders")).epoch(30_001);
        var results = new Results();

        purge.epoch(30_000)
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

        assertThat(results.of("orders").error())
                .isNotNull()
                .extracting("code")
                .isEqualTo(ErrorCode.FENCE_LOST.code());
        assertThat(destination.count("vendor_data.orders")).isEqualTo(100);
        assertThat(destination.rows("select model from vendor_data._tranship_model"))
                .containsExactly("orders");
    }

    /// Cut before each of its statements in turn: at any time a model is there whole or not at all.
    @Test
    void aPurgeThatIsCutAnywhereRemovesAllOfAModelOrNothing() throws IOException {
        order.run();
        order.models(Order.model("invoices")).fullRefresh().run();
        var one = purge.models(Order.model("invoices"));

        var cuts = 0;
        while (true) {
            cuts++;
            try (var proxy = new CutProxy(cuts, cuts % 2 == 0)) {
                var there = Endpoints.tls(one.to(), SslMode.DISABLE, null);
                one.to(Endpoints.at(there, "127.0.0.1", proxy.port())).run();
                if (!proxy.hasCut()) {
                    break;
                }
            }
            LeftBehindTest.awaitNoSession(destination);
            var there =
                    destination.rows(
                            "select count(*) from pg_tables where schemaname = 'vendor_data' and tablename ~ '^(invoices$|_tranship_u_)'");
            var row = destination.count("pg_tables where tablename = '_tranship_model'");
            assertThat(there.getFirst()).as("cut %d", cuts).isIn("2", "0");
            assertThat(row).isOne();
        }

        assertThat(cuts).isGreaterThan(10);
        purge.run();
        assertThat(destination.rows(TABLES)).isEmpty();
    }
}
