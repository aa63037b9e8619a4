package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferKind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a table and its columns are called.
class NamesTest {

    private static final String EURO = "€";

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mixed Case",
                "select",
                "user",
                "a\"b",
                "it's",
                "back\\slash",
                "semi;colon--",
                "percent%s",
                "question?",
                "dollar$1",
                "dot.dot",
                "😀 emoji",
                "new\nline",
                " blank ",
                "_tranship_fresh",
                "excluded",
                "t"
            })
    void anyNameIsCarried(String name) {
        var key = name + "1";
        var at = name + "2";
        var tenant = name + "3";
        source.run(
                "create table %s (%s bigint primary key, %s timestamptz default now(), %s text, %s text)"
                        .formatted(
                                quoted(name),
                                quoted(key),
                                quoted(at),
                                quoted(tenant),
                                quoted(name)),
                "insert into %s values (1, default, 'org_1', 'a'), (2, default, 'org_2', 'b')"
                        .formatted(quoted(name)));
        var named = order.models(model(name, key, at, tenant));

        assertThat(named.run().only().outcome()).isEqualTo(Outcome.SUCCESS);
        source.run(
                "update %s set %s = 'c', %s = clock_timestamp()"
                        .formatted(quoted(name), quoted(name), quoted(at)));
        assertThat(named.run().receipt().rowsApplied()).isOne();

        assertThat(named.kind(TransferKind.INTEGRITY).run().only().error()).isNull();
        assertThat(named.fullRefresh().run().only().error()).isNull();
        assertThat(destination.rows("select %s from vendor_data.things".formatted(quoted(name))))
                .containsExactly("c");
    }

    @Test
    void namesOfTheGreatestLengthAreCarriedWhole() {
        var longest = EURO.repeat(20) + "abc";
        var other = EURO.repeat(20) + "abd";
        source.run(
                "create table %s (id bigint primary key, org text, %s timestamptz default now(), %s text)"
                        .formatted(quoted(longest), quoted(longest), quoted(other)),
                "insert into %s values (1, 'org_1', default, 'a')".formatted(quoted(longest)));

        var result = order.models(model(longest, "id", longest, "org")).run().only();

        assertThat(result.error()).isNull();
        assertThat(destination.rows("select %s from vendor_data.things".formatted(quoted(other))))
                .containsExactly("a");
    }

    @Test
    void aTableOfTheGreatestWidthIsCarried() {
        var columns =
                IntStream.rangeClosed(4, 1600)
                        .mapToObj("c%d bool"::formatted)
                        .collect(Collectors.joining(", "));
        source.run(
                "create table wide (id bigint primary key, org text, updated_at timestamptz default now(), %s)"
                        .formatted(columns),
                "insert into wide (id, org, c1600) values (1, 'org_1', true), (2, 'org_1', false)");
        var wide = order.models(model("wide", "id", "updated_at", "org"));

        assertThat(wide.run().only().error()).isNull();
        source.run("update wide set c4 = true, updated_at = clock_timestamp() where id = 1");
        assertThat(wide.run().receipt().rowsApplied()).isOne();

        assertThat(wide.kind(TransferKind.INTEGRITY).run().only().error()).isNull();
        assertThat(destination.rows("select c4, c1600 from vendor_data.things order by id"))
                .containsExactly("t|t", "∅|f");
    }

    private static Model model(String table, String key, String at, String tenant) {
        return new Model(
                "model-things",
                "things",
                1,
                "source-1",
                table,
                new Tenancy.ByColumn(tenant),
                List.of(key),
                new LastModified(at, null),
                NullLastModified.BACKFILL_ONLY,
                0,
                List.<Column>of(),
                null,
                false);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
