package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The rights that docs/dba.md names are enough, and the connection test names each that is
/// missing.
class LeastRightsTest {

    private static final String PASSWORD = "least";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final String reader = "reader_" + source.name();
    private final String loader = "loader_" + destination.name();
    private final Order order =
            Order.between(source, destination)
                    .from(e -> Endpoints.as(e, reader))
                    .to(e -> Endpoints.as(e, loader))
                    .password("source-1", PASSWORD)
                    .password("destination", PASSWORD);

    LeastRightsTest() {
        Invoices.make(source, 100);
        source.run(
                "create role %s login password '%s'".formatted(reader, PASSWORD),
                "revoke all on database %s from public".formatted(source.name()),
                "revoke all on schema public from public",
                "grant connect on database %s to %s".formatted(source.name(), reader),
                "grant usage on schema public to " + reader,
                "grant select on invoices to " + reader);
        destination.run(
                "create role %s login password '%s'".formatted(loader, PASSWORD),
                "revoke all on database %s from public".formatted(destination.name()),
                "create schema vendor_data",
                "grant connect, temporary on database %s to %s"
                        .formatted(destination.name(), loader),
                "grant create, usage on schema vendor_data to " + loader);
    }

    @AfterEach
    void dropRoles() {
        source.run("drop owned by " + reader, "drop role " + reader);
        destination.run("drop owned by " + loader, "drop role " + loader);
    }

    private List<String> found() {
        var models = order.models();
        var atSource =
                EndpointCheck.source(
                        order.from(),
                        PASSWORD,
                        models,
                        List.of(new Recipient("r", "acme", 1, "org_1")));
        var atDestination = EndpointCheck.destination(order.to(), PASSWORD, models, List.of());
        return Stream.concat(atSource.stream(), atDestination.stream())
                .map(Finding::error)
                .map(TransferError::message)
                .toList();
    }

    @Test
    void theRightsOfThePageAreEnoughForEverything() {
        assertThat(found()).isEmpty();

        order.run();
        Invoices.assertArrived(source, destination);
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id = 5",
                "alter table invoices add column note text");
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        source.run("update invoices set number = 'wrong' where id = 10");
        assertThat(order.fullRefresh().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(order.kind(TransferKind.RESTORE).run().only().outcome())
                .isEqualTo(Outcome.SUCCESS);
        assertThat(order.repair().run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        Invoices.assertArrived(source, destination);
        assertThat(order.kind(TransferKind.PURGE).run().only().outcome())
                .isEqualTo(Outcome.SUCCESS);
        assertThat(destination.count("pg_tables where schemaname = 'vendor_data'")).isZero();
    }

    /// A role that may create schemas needs none to be made for it.
    @Test
    void aSchemaIsMadeWhereTheRoleMayDoSo() {
        destination.run(
                "drop schema vendor_data",
                "grant create on database %s to %s".formatted(destination.name(), loader));
        assertThat(found()).isEmpty();

        order.run();

        Invoices.assertArrived(source, destination);
    }

    @Test
    void theSchemaOfASourceIsNamedWithItsGrant() {
        source.run("revoke usage on schema public from " + reader);

        assertThat(found())
                .singleElement()
                .asString()
                .contains("grant usage on schema \"public\" to \"%s\"".formatted(reader));
    }

    @Test
    void theTableOfASourceIsNamedWithItsGrantAndWhatIsHidden() {
        source.run(
                "revoke select on invoices from " + reader,
                "grant select (id, org) on invoices to " + reader);

        assertThat(found())
                .singleElement()
                .asString()
                .contains("grant select on \"public\".\"invoices\" to \"%s\"".formatted(reader))
                .contains("number, updated_at");
    }

    @Test
    void theSchemaOfADestinationIsNamedWithItsGrant() {
        destination.run("revoke create on schema vendor_data from " + loader);

        assertThat(found())
                .singleElement()
                .asString()
                .contains(
                        "grant create, usage on schema \"vendor_data\" to \"%s\""
                                .formatted(loader));
    }

    @Test
    void temporaryTablesAreNamedWithTheirGrant() {
        destination.run(
                "revoke temporary on database %s from %s".formatted(destination.name(), loader));

        assertThat(found())
                .singleElement()
                .asString()
                .contains(
                        "grant temporary on database \"%s\" to \"%s\""
                                .formatted(destination.name(), loader));
    }
}
