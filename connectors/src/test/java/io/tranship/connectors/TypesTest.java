package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import org.junit.jupiter.api.Test;

/// Values do not change on the way.
class TypesTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    private void makeMany(String more) {
        source.run(
                "create type mood as enum ('so', 'lala')",
                "create domain positive as int check (value > 0)",
                "create type pair as (a int, b text)",
                """
                create table invoices (
                    id bigint primary key, org text not null, updated_at timestamptz default now(),
                    a bool, b bytea, c json, d xml, e numeric, f float8, g interval, h timestamp, i date,
                    j int[], k tstzrange, l inet, m bit varying, n point, o char(5), p money, q text, r timetz
                    %s)
                """
                        .formatted(more));
        source.run(
                "insert into invoices (id, org) values (1, 'org_1')",
                """
                insert into invoices (id, org, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r) values
                    (2, 'org_1', true, '\\x00ff', '{"a": 1, "a": 2}', '<a/>', 'NaN', '-0', '1 mon -3 days 00:00:00.000001',
                     'infinity', '4713-01-01 BC', '{{1,null},{2,3}}', '(,2026-01-01 00:00:00+00]', '10.0.0.0/8', '101',
                     '(1.5,-2)', 'ab', '-12.34', E'tab\\t line\\n back\\\\slash \\001 😀 \\\\N', '12:00:00+05:45'),
                    (3, 'org_1', false, '', '[]', '', '123456789012345678901234567890.123456789000', 'NaN', '-178000000 years',
                     '294276-12-31 23:59:59.999999', 'infinity', '{}', 'empty', '::1', '', '(NaN,Infinity)', '', '0', '', '00:00:00-15:59')
                """);
    }

    private void assertSame() {
        var integrity = order.kind(TransferKind.INTEGRITY).run().only();
        assertThat(integrity.error()).isNull();
        assertThat(integrity.integrity()).isNotNull();
        assertThat(integrity.integrity().isIdentical()).isTrue();
        assertThat(integrity.integrity().sourceRows()).isEqualTo(3);
        assertThat(integrity.isProven()).isTrue();
    }

    @Test
    void builtInTypesPassThroughUndecoded() {
        makeMany("");

        order.run();

        assertSame();
        source.run("update invoices set updated_at = now()");
        assertThat(order.run().receipt().rowsApplied()).isEqualTo(3);
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertSame();
    }

    @Test
    void typesThatSomebodyMadeArriveAsText() {
        makeMany(
                ", u mood default 'so', v positive default 5, w pair default '(1,\"x y\")', x regclass default 'pg_class'");

        order.run();

        assertSame();
        assertThat(
                        destination.rows(
                                "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'vendor_data.invoices'::regclass and attname in ('u', 'v', 'w', 'x', 'p') order by 1"))
                .containsExactly("p|money", "u|text", "v|text", "w|text", "x|text");
        source.run("update invoices set u = 'lala', updated_at = now() where id = 3");
        assertThat(order.run().receipt().rowsApplied()).isEqualTo(1);
        assertSame();
    }

    @Test
    void aValueThatOnlyLooksDifferentIsCarriedToo() {
        makeMany("");
        order.run();
        source.run(
                "update invoices set e = 'NaN'::numeric, f = 0, updated_at = now() where id = 2");
        order.run();
        assertSame();

        source.run(
                "update invoices set e = 123456789012345678901234567890.1234567890, updated_at = now() where id = 3");
        order.run();
        assertSame();
    }

    @Test
    void anIntegrityJobSeesOneChangedValueAndChangesNothing() {
        makeMany("");
        order.run();
        destination.run("update vendor_data.invoices set f = 0 where id = 2");

        var result = order.kind(TransferKind.INTEGRITY).run().only();

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.error()).isNotNull();
        assertThat(result.error().code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH.code());
        assertThat(result.integrity()).isNotNull();
        assertThat(result.integrity().isIdentical()).isFalse();
        assertThat(result.integrity().destinationRows()).isEqualTo(3);
        assertThat(destination.count("vendor_data.invoices where f = 0")).isOne();
    }

    @Test
    void anIntegrityJobComparesWidenedColumnsByValue() {
        makeMany(", s numeric(10, 2) default 1.50, t int default 7");
        var widened =
                order.models(
                        Order.revised(
                                Order.model("invoices"),
                                2,
                                new Column("id", null, null),
                                new Column("updated_at", null, null),
                                new Column("s", null, "numeric(12, 4)"),
                                new Column("t", null, "text")));
        widened.run();

        var same = widened.kind(TransferKind.INTEGRITY).run().only();
        assertThat(same.integrity()).isNotNull();
        assertThat(same.integrity().isIdentical()).isTrue();

        destination.run("update vendor_data.invoices set s = 1.5001 where id = 2");
        var other = widened.kind(TransferKind.INTEGRITY).run().only();
        assertThat(other.integrity()).isNotNull();
        assertThat(other.integrity().isIdentical()).isFalse();
    }

    @Test
    void anIntegrityJobOfSomethingNeverTransferredSaysSoAndMakesNothing() {
        makeMany("");

        var error = order.kind(TransferKind.INTEGRITY).run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH.code());
        assertThat(destination.count("pg_namespace where nspname = 'vendor_data'")).isZero();
    }

    @Test
    void aWiderTypeMayBeDeclaredAndANarrowerOneIsRefused() {
        makeMany("");
        var id = new Column("id", null, "numeric");
        var modified = new Column("updated_at", null, null);

        assertThat(
                        order.models(Order.revised(Order.model("invoices"), 2, id, modified))
                                .run()
                                .only()
                                .outcome())
                .isEqualTo(Outcome.SUCCESS);

        var narrow = new Column("e", null, "numeric(10,2)");
        var error =
                order.to(destination.endpoint("other"))
                        .owner("installation-1", "destination-2")
                        .models(Order.revised(Order.model("invoices"), 3, id, modified, narrow))
                        .run()
                        .error();
        assertThat(error.code()).isEqualTo(ErrorCode.DESTINATION_TYPE_CHANGED.code());
        assertThat(error.message()).contains("column e").contains("numeric(10,2)");
    }

    @Test
    void aDeclaredTypeIsNoWayIntoTheSql() {
        makeMany("");
        for (var type :
                new String[] {
                    "text); drop table x; --", "text, z text", "text default 'x'", "int)"
                }) {
            var error =
                    order.models(
                                    Order.revised(
                                            Order.model("invoices"),
                                            2,
                                            new Column("id", null, type),
                                            new Column("updated_at", null, null)))
                            .run()
                            .error();
            assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CATALOG.code());
        }
    }
}
