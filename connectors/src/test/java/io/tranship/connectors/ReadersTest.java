package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WorkOrder;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The customer's own roles read what arrives, without anybody's granting it by hand.
class ReadersTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final String analyst = "\"Analyst of %s\"".formatted(destination.name());
    private final String named = analyst.replace("\"", "");
    private final Order order = Order.between(source, destination);

    ReadersTest() {
        Invoices.make(source, 100);
        destination.run("create role " + analyst);
    }

    @AfterEach
    void dropRole() {
        destination.run("drop owned by " + analyst, "drop role " + analyst);
    }

    private Results run(Order asked, String... readers) {
        var plan = asked.plan();
        var o = plan.order();
        var d = o.destination();
        var to =
                new Destination(
                        d.id(),
                        d.name(),
                        d.revision(),
                        d.recipient(),
                        d.endpoint(),
                        d.models(),
                        d.enabled(),
                        d.frequencyMinutes(),
                        d.maxConcurrentTransfers(),
                        d.maxConcurrentQueriesPerTransfer(),
                        List.of(readers));
        var results = new Results();
        var reading =
                new WorkOrder(
                        o.transferId(),
                        o.epoch(),
                        o.startBy(),
                        o.installation(),
                        o.request(),
                        to,
                        o.recipient(),
                        o.sources(),
                        o.models());
        new TransferRun(
                        new TransferPlan(reading, plan.run(), plan.credentials(), plan.settings()),
                        results,
                        InstantSource.system())
                .run();
        return results;
    }

    private List<Finding> found(String... readers) {
        return EndpointCheck.destination(
                order.to(), Database.SERVERS.postgresPassword(), order.models(), List.of(readers));
    }

    private boolean mayRead(String table) {
        return destination
                .value(
                        "select has_schema_privilege('%1$s', 'vendor_data', 'usage') and has_table_privilege('%1$s', 'vendor_data.%2$s', 'select')"
                                .formatted(named, table))
                .equals("t");
    }

    @Test
    void theyReadATableThatIsMadeAndNothingElse() {
        assertThat(found(named)).isEmpty();

        assertThat(run(order, named).only().outcome()).isEqualTo(Outcome.SUCCESS);

        assertThat(mayRead("invoices")).isTrue();
        assertThat(mayRead("_tranship_model")).isFalse();
        assertThat(
                        destination.value(
                                "select has_table_privilege('%s', 'vendor_data.invoices', 'insert, update, delete')"
                                        .formatted(named)))
                .isEqualTo("f");
        assertThat(run(order.fullRefresh(), named).only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(mayRead("invoices")).isTrue();
    }

    @Test
    void aRoleThatIsMissingIsNamedBeforeAndAfter() {
        assertThat(found(named, "nobody"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                    assertThat(finding.error().message()).contains("no role nobody is there");
                });

        var error = run(order, named, "nobody").error();

        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_PRIVILEGE_MISSING.code());
        assertThat(error.message()).contains("no role nobody is there");
        assertThat(destination.count("pg_tables where tablename = 'invoices'")).isZero();
        assertThat(run(order, named).only().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void grantsOfTablesThatStoodBeforeAreNamed() {
        run(order);

        assertThat(found(named))
                .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING))
                .extracting(finding -> finding.error().message())
                .containsExactly("grant select on vendor_data.invoices to " + analyst);
    }

    @Test
    void aSchemaThatIsNotOursIsForItsOwnerToGrant() {
        var loader = "loader_" + destination.name();
        destination.run(
                "create role %s login password 'least'".formatted(loader),
                "create schema vendor_data",
                "grant create, usage on schema vendor_data to " + loader);
        var asLoader = Endpoints.as(order.to(), loader);
        try {
            assertThat(EndpointCheck.destination(asLoader, "least", order.models(), List.of(named)))
                    .singleElement()
                    .extracting(finding -> finding.error().message())
                    .isEqualTo("grant usage on schema \"vendor_data\" to " + analyst);

            var run = run(order.to(_ -> asLoader).password("destination", "least"), named);

            assertThat(run.only().outcome()).isEqualTo(Outcome.SUCCESS);
            destination.run("grant usage on schema vendor_data to " + analyst);
            assertThat(mayRead("invoices")).isTrue();
        } finally {
            destination.run("drop owned by " + loader, "drop role " + loader);
        }
    }
}
