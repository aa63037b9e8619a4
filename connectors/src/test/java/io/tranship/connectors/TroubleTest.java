package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferError;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What goes wrong is said in our own words, with the right blame, and tells no value.
class TroubleTest {

    private static final String CANARY = "canary-4711";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    private static void assertError(TransferError error, ErrorCode code, String... words) {
        assertThat(error.code()).isEqualTo(code.code());
        assertThat(error.blame()).isEqualTo(code.blame());
        assertThat(error.message()).doesNotContain(CANARY);
        for (var word : words) {
            assertThat(error.message()).contains(word);
        }
    }

    @Test
    void aWrongPasswordIsAnErrorAtTheRightSide() {
        Invoices.make(source, 1);

        assertError(
                order.password("source-1", CANARY).run().error(),
                ErrorCode.SOURCE_AUTH_FAILED,
                "source app",
                source.name());
        assertError(
                order.password("destination", CANARY).run().error(),
                ErrorCode.DESTINATION_AUTH_FAILED,
                "destination acme");
        assertError(
                order.password("destination", "").run().error(), ErrorCode.DESTINATION_AUTH_FAILED);
    }

    @Test
    void aHostThatCannotBeReachedIsAnErrorAtTheRightSide() {
        UnaryOperator<Endpoint.Postgres> nowhere = e -> Endpoints.at(e, "host.invalid", 5432);
        UnaryOperator<Endpoint.Postgres> closed = e -> Endpoints.at(e, "127.0.0.1", 1);
        Invoices.make(source, 1);

        assertError(
                order.from(nowhere).run().error(), ErrorCode.SOURCE_UNREACHABLE, "host.invalid");
        assertError(order.from(closed).run().error(), ErrorCode.SOURCE_UNREACHABLE, "127.0.0.1:1");
        assertError(
                order.to(closed.apply(order.to())).run().error(),
                ErrorCode.DESTINATION_UNREACHABLE,
                "destination acme");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        assertError(
                order.to(Endpoints.in(order.to(), "nowhere", "s")).run().error(),
                ErrorCode.DESTINATION_DATABASE_MISSING,
                "nowhere");
    }

    @Test
    void whatAModelRequiresOfItsTableIsNamedByModelTableAndColumn() {
        assertError(
                order.run().error(), ErrorCode.SOURCE_TABLE_MISSING, "invoices", "public.invoices");

        source.run(
                "create table invoices (id bigint, org text, updated_at timestamptz, said text)");
        assertError(
                order.run().error(), ErrorCode.SOURCE_KEY_MISSING, "model invoices", "id", "null");

        source.run("alter table invoices alter id set not null");
        assertError(
                order.run().error(),
                ErrorCode.SOURCE_KEY_MISSING,
                "unique index",
                "public.invoices");

        source.run("alter table invoices add primary key (id)");
        assertError(
                order.models(
                                Order.modified(
                                        Order.model("invoices"), new LastModified("said", null)))
                        .run()
                        .error(),
                ErrorCode.SOURCE_TYPE_UNSUITABLE,
                "said");

        source.run("alter table invoices rename org to organisation");
        assertError(
                order.run().error(),
                ErrorCode.SOURCE_COLUMN_MISSING,
                "public.invoices",
                "org",
                "tenant");
    }

    @Test
    void oneBrokenModelLeavesTheOthersAlone() {
        Invoices.make(source, 10);
        source.run(
                "create table fine as select * from invoices",
                "alter table fine add primary key (id)");
        var both =
                order.models(Order.model("absent"), Order.model("fine"), Order.model("invoices"));

        var results = both.run();

        assertThat(results.of("absent").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.of("fine").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(results.of("invoices").outcome()).isEqualTo(Outcome.SUCCESS);
    }

    /// Both servers are made to answer with a message that quotes a row.
    @Test
    void aValueInAServersMessageNeverLeaves() {
        source.run(
                "create table invoices (id bigint primary key, org text, said text, updated_at timestamptz default now())",
                "insert into invoices values (1, 'org_1', '%s')".formatted(CANARY),
                "create view v as select id, org, said::int as said, updated_at from invoices");
        assertError(
                order.models(Order.on(Order.model("invoices"), "v")).run().error(),
                ErrorCode.SOURCE_FAILED,
                "model invoices",
                "22P02");

        order.run();
        destination.run(
                "alter table vendor_data.invoices add constraint no_birds check (said not like 'canary-%2')");
        source.run("update invoices set said = said || '2', updated_at = now()");
        var refused = order.run().error();
        assertError(
                refused,
                ErrorCode.DESTINATION_CONSTRAINT_VIOLATED,
                "23514",
                "constraint no_birds",
                "table invoices");
    }

    @Test
    void aRoleWithoutRightsIsAnErrorThatSaysSo() {
        Invoices.make(source, 1);
        var role = "nobody_" + source.name();
        source.run("create role %s login password 'x'".formatted(role));

        assertError(
                order.from(e -> Endpoints.as(e, role)).password("source-1", "x").run().error(),
                ErrorCode.SOURCE_PRIVILEGE_MISSING,
                "model invoices");
        assertError(
                order.to(Endpoints.as(order.to(), role)).password("destination", "x").run().error(),
                ErrorCode.DESTINATION_PRIVILEGE_MISSING);
        source.run("drop role " + role);
    }

    @Test
    void aRowOverTheLimitIsAnErrorThatNamesItsSize() {
        Invoices.make(source);
        source.run("insert into invoices values (1, 'org_1', repeat('x', 100000))");
        var tight =
                order.settings(s ->
                        new TransferSettings(
                                s.rowsPerChunk(),
                                1 << 16,
                                1 << 16,
                                s.lookback(),
                                s.boundMargin(),
                                s.shrinkPercentMin(),
                                s.connectTimeout(),
                                s.lockTimeout(),
                                s.statementTimeout(),
                                s.idleInTransactionTimeout(),
                                s.progressEvery(),
                                s.stopWithin()));

        assertError(tight.run().error(), ErrorCode.SOURCE_ROW_TOO_LARGE, "100", "65536");
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void theConnectionTestFindsWhatATransferWouldMissAndChangesNothing() {
        Invoices.make(source, 10);
        source.run("create table bare (id bigint, org text, updated_at timestamp)");
        var password = Database.SERVERS.postgresPassword();
        var tenants = List.of(new Recipient("r", "acme", 1, "org_1"));

        assertThat(
                        EndpointCheck.source(
                                order.from(), password, List.of(Order.model("invoices")), tenants))
                .isEmpty();
        assertThat(
                        EndpointCheck.source(
                                order.from(),
                                password,
                                List.of(Order.model("bare"), Order.model("absent")),
                                tenants))
                .extracting(finding -> finding.field() + ' ' + finding.severity())
                .containsExactly("models[bare].primary_key ERROR", "models[absent].table ERROR");
        assertThat(EndpointCheck.source(order.from(), CANARY, List.of(), tenants))
                .singleElement()
                .satisfies(finding -> assertThat(finding.field()).isEqualTo("postgres.password"));
        assertThat(
                        EndpointCheck.destination(
                                order.to(), password, List.of(Order.model("invoices")), List.of()))
                .isEmpty();
        assertThat(destination.count("pg_namespace where nspname = 'vendor_data'")).isZero();

        destination.run(
                "create schema vendor_data", "create table vendor_data.invoices as select 1 as id");
        assertThat(
                        EndpointCheck.destination(
                                order.to(), password, List.of(Order.model("invoices")), List.of()))
                .extracting(Finding::severity)
                .containsExactly(Severity.WARNING);
        assertThat(
                        EndpointCheck.source(
                                Endpoints.tls(order.from(), SslMode.REQUIRE, null),
                                password,
                                List.of(),
                                tenants))
                .extracting(Finding::field)
                .containsExactly("postgres.ssl_mode");
    }

    @Test
    void aCredentialIsNotPrinted() {
        assertThat(order.password("source-1", CANARY).plan().toString()).doesNotContain(CANARY);
    }
}
