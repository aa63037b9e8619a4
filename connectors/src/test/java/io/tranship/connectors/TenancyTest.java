package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A recipient gets its own rows, and only those, into its own place.
class TenancyTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    private void table(String type) {
        source.run(
                "create table invoices (id bigint primary key, org %s, number text, updated_at timestamptz default now())"
                        .formatted(type));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "text, it's, its",
                "text, a\"b, ab",
                "text, \\x, x",
                "text, '; drop table invoices; --, b",
                "bigint, 12, 121",
                "uuid, 0198c0de-0000-7000-8000-000000000001, 0198c0de-0000-7000-8000-000000000002"
            })
    void aTenantSeesItsOwnRowsOnly(String type, String tenant, String other) {
        table(type);
        source.run(
                "insert into invoices values (1, '%s', 'mine'), (2, '%s', 'theirs'), (3, null, 'nobody')"
                        .formatted(tenant.replace("'", "''"), other));

        order.tenant(tenant).run();
        source.run("update invoices set number = number || '!', updated_at = now()");
        order.tenant(tenant).run();

        assertThat(destination.rows("select number from vendor_data.invoices"))
                .containsExactly("mine!");
    }

    /// A cast with a length cuts, and `abcd` would become `abc`.
    @ParameterizedTest
    @CsvSource({"varchar(3)", "char(3)", "short", "name", "bit varying(3)"})
    void aTenantIdIsNeverCutToAnothers(String type) {
        source.run("create domain short as varchar(3)");
        var bits = type.startsWith("bit");
        var ours = bits ? "101" : "abc";
        table(type);
        source.run("insert into invoices values (1, '%s', 'theirs')".formatted(ours));

        order.tenant(bits ? "1011" : "abcd").run();
        assertThat(destination.count("vendor_data.invoices")).isZero();

        order.tenant(ours).fullRefresh().run();
        assertThat(destination.count("vendor_data.invoices")).isOne();
    }

    @Test
    void aTenantIdOfTheWrongTypeIsAnErrorWithoutTheId() {
        table("bigint");

        var error = order.tenant("canary-tenant").run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_FAILED.code());
        assertThat(error.toString()).doesNotContain("canary-tenant");
    }

    @Test
    void aTenantMayHaveASchemaOfItsOwn() {
        for (var schema : new String[] {"acme", "Ac\"me 😀"}) {
            var quoted = '"' + schema.replace("\"", "\"\"") + '"';
            source.run(
                    "create schema " + quoted,
                    "create table %s.invoices (id bigint primary key, number text, updated_at timestamptz default now())"
                            .formatted(quoted),
                    "insert into %s.invoices values (1, '%s')".formatted(quoted, schema));
        }
        var bySchema = order.models(Order.inSchemas(Order.model("invoices")));

        bySchema.tenant("Ac\"me 😀").run();

        assertThat(destination.rows("select number from vendor_data.invoices"))
                .containsExactly("Ac\"me 😀");
    }

    @Test
    void namesMayHoldAnythingThatPostgresTakes() {
        source.run(
                "create schema \"S\"\"😀\"",
                """
                create table "S""😀"."Order; drop" (
                    "I D" bigint, "k'?2" text, "o""rg" text, "select" jsonb, "%s" timestamptz default now(),
                    primary key ("I D", "k'?2"))
                """,
                "insert into \"S\"\"😀\".\"Order; drop\" values (1, 'x', 'org_1', '[]')");
        var model =
                Order.with(
                        Order.model("Order; drop"),
                        List.of("I D", "k'?2"),
                        new Tenancy.ByColumn("o\"rg"),
                        new LastModified("%s", null),
                        NullLastModified.BACKFILL_ONLY);
        var named =
                order.from(e -> Endpoints.in(e, source.name(), "S\"😀"))
                        .to(Endpoints.in(order.to(), destination.name(), "D \"😀"))
                        .models(model);

        assertThat(named.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        source.run("update \"S\"\"😀\".\"Order; drop\" set \"select\" = '{}', \"%s\" = now()");
        assertThat(named.run().receipt().rowsApplied()).isOne();
        assertThat(destination.rows("select \"select\" from \"D \"\"😀\".\"Order; drop\""))
                .containsExactly("{}");
    }

    @Test
    void twoRecipientsInOneDatabaseDoNotTouchEachOther() {
        Invoices.make(source, 100);
        var one = order.to(Endpoints.in(order.to(), destination.name(), "one"));
        var two =
                order.owner("installation-1", "destination-2")
                        .tenant("org_2")
                        .to(Endpoints.in(order.to(), destination.name(), "two"));

        one.run();
        two.run();
        Invoices.add(source, 1001, 1100);
        source.run("update invoices set updated_at = now() where id > 1000");
        one.run();
        Invoices.assertArrived(source, destination, "one", "org_1");
        assertThat(destination.count("two.invoices")).isEqualTo(20);

        two.run();
        Invoices.assertArrived(source, destination, "two", "org_2");
        Invoices.assertArrived(source, destination, "one", "org_1");
    }

    @Test
    void aTableOfAnotherDestinationOrInstallationIsNotTouched() {
        Invoices.make(source, 100);
        order.run();

        for (var stranger :
                new Order[] {
                    order.owner("installation-1", "destination-2").tenant("org_2"),
                    order.owner("installation-2", "destination-1").tenant("org_2")
                }) {
            assertThat(stranger.run().error().code())
                    .isEqualTo(ErrorCode.DESTINATION_TABLE_TAKEN.code());
        }
        Invoices.assertArrived(source, destination);
    }

    @Test
    void adoptingTakesAnothersTableOver() {
        Invoices.make(source, 100);
        order.run();
        var heir = order.owner("installation-2", "destination-9");

        assertThat(heir.adopting().run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(heir.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(order.run().error().code()).isEqualTo(ErrorCode.DESTINATION_TABLE_TAKEN.code());
    }
}
