package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A backfill may stop anywhere, and the next transfer goes on.
class BackfillTest {

    private static final int ROWS = 10_000;
    private static final int CHUNK = 1_000;

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(CHUNK);

    private void makeTies() {
        Invoices.make(source);
        source.run(
                "insert into invoices select n, 'org_1', 'No. ' || n, '2026-01-02 03:04:05.678901+00' from generate_series(1, %d) n"
                        .formatted(ROWS),
                "analyze invoices");
    }

    @Test
    void aBackfillGoesOnWhereItStopped() {
        makeTies();
        var first = new CutAfter(destination, 4);
        order.run(first);
        assertThat(first.results().error().code())
                .isEqualTo(ErrorCode.DESTINATION_CONNECTION_LOST.code());
        assertThat(destination.count("vendor_data._tranship_chunk where loaded_at is not null"))
                .isEqualTo(4);

        var second = order.run().receipt();

        assertThat(second.rowsRead()).isEqualTo(ROWS - 4 * CHUNK);
        assertThat(second.rowsApplied()).isEqualTo(ROWS);
        assertThat(first.rows() + second.rowsRead()).isLessThanOrEqualTo(ROWS + CHUNK);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void tenThousandRowsOfOneInstantAllArrive() {
        makeTies();
        var random = new Random(7);
        var cuts = new ArrayList<>(List.of(1, 2, 3, 4, 5));
        random.ints(5, 1, 3).forEach(cuts::add);
        var runs = 0;
        for (var cut : cuts) {
            runs++;
            var listener = new CutAfter(destination, cut);
            order.run(listener);
            if (listener.results().only().outcome() == Outcome.SUCCESS) {
                break;
            }
        }
        order.run();
        assertThat(runs).isGreaterThan(2);
        Invoices.assertArrived(source, destination);

        source.run("update invoices set number = 'changed', updated_at = now()");
        assertThat(order.run().receipt().rowsApplied()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aBackfillContinuedLaterMissesNoChange() {
        makeTies();
        order.run(new CutAfter(destination, 3));
        var bound = destination.value("select loading_bound from vendor_data._tranship_model");
        source.run(
                "update invoices set number = 'changed', updated_at = now() where id in (1, 1500, 9000)",
                "insert into invoices values (-5, 'org_1', 'before all'), (20000, 'org_1', 'after all')");

        var continued = order.run().receipt();
        assertThat(continued.cursorTo()).isEqualTo(bound);

        order.run();
        Invoices.assertArrived(source, destination);
    }

    @Test
    void anotherRevisionBeginsAnew() {
        makeTies();
        order.run(new CutAfter(destination, 3));

        var receipt = order.models(Order.revised(Order.model("invoices"), 2)).run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
        assertThat(destination.count("pg_tables where schemaname = 'vendor_data'")).isEqualTo(3);
    }

    @Test
    void whatAnotherHalfLoadedBeginsAnewWhenItIsAdopted() {
        makeTies();
        order.run(new CutAfter(destination, 3));

        var heir = order.owner("installation-2", "destination-9");
        var broken = heir.adopting().from(e -> Endpoints.at(e, "127.0.0.1", 1));
        assertThat(broken.run().error().code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE.code());

        assertThat(heir.run().receipt().rowsRead()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aGenerationWhoseTableWasDroppedBeginsAnew() {
        makeTies();
        order.run(new CutAfter(destination, 3));
        var table = destination.value("select loading_table from vendor_data._tranship_model");
        destination.run("drop table vendor_data." + table);

        assertThat(order.run().receipt().rowsRead()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void compositeKeysAreCutBetweenTies() {
        source.run(
                "create table invoices (area text, no int, org text, note text, updated_at timestamptz not null default now(), primary key (area, no))",
                """
                insert into invoices (area, no, org, note)
                select a, n, 'org_1', a || n
                from unnest(array['a', 'B', 'ä', 'it''s', 'x"y', '😀', '', 'null', '{}', 'a,b', 'a\\b']) a,
                     generate_series(1, 97) n
                """);
        var keyed =
                order.rowsPerChunk(10).models(Order.keyed(Order.model("invoices"), "area", "no"));

        var receipt = keyed.run().receipt();

        assertThat(receipt.chunks()).isGreaterThan(100);
        assertThat(receipt.rowsRead()).isEqualTo(11 * 97);
        assertThat(
                        destination.rows(
                                "select area, no, note from vendor_data.invoices order by area collate \"C\", no"))
                .isEqualTo(
                        source.rows(
                                "select area, no, note from invoices order by area collate \"C\", no"));
    }

    /// Sixteen ends of ranges are asked for in one go.
    @ParameterizedTest
    @CsvSource({
        "1, 1", "7, 1", "15, 1", "16, 1", "17, 1", "33, 1", "320, 10", "321, 10", "330, 10"
    })
    void rangesHoldWhatTheyShallWhateverTheirNumber(int rows, int chunk) {
        source.run(
                "create table invoices (id text primary key, org text not null, number text, updated_at timestamptz not null default now())",
                "insert into invoices (id, org) select 'key ' || n, 'org_1' from generate_series(1, %d) n"
                        .formatted(rows));

        var receipt = order.rowsPerChunk(chunk).run().receipt();

        assertThat(receipt.rowsRead()).isEqualTo(rows);
        assertThat(receipt.chunks()).isEqualTo((rows + chunk - 1) / chunk);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void keysOfAnyTypeAreCutByTheirText() {
        source.run(
                """
                create table invoices (
                    day date, at timestamptz, share numeric, flag boolean, code char(5), raw bytea,
                    org text not null, updated_at timestamptz not null default now(),
                    primary key (day, at, share, flag, code, raw))
                """,
                """
                insert into invoices
                select date '2026-01-01' + n / 50, '2026-01-01 00:00:00.123456+00'::timestamptz + n * interval '1 microsecond',
                       n / 7.0, n % 2 = 0, 'c' || n, decode(lpad(to_hex(n), 8, '0'), 'hex'), 'org_1'
                from generate_series(1, 200) n
                """);
        var keyed =
                order.rowsPerChunk(3)
                        .models(
                                Order.keyed(
                                        Order.model("invoices"),
                                        "day",
                                        "at",
                                        "share",
                                        "flag",
                                        "code",
                                        "raw"));

        assertThat(keyed.run().receipt().rowsRead()).isEqualTo(200);
        assertThat(
                        destination.value(
                                "select md5(string_agg(t::text, ',' order by at)) from vendor_data.invoices t"))
                .isEqualTo(
                        source.value(
                                "select md5(string_agg(t::text, ',' order by at)) from invoices t"));
    }

    /// What COPY said of each range is recorded with it.
    @Test
    void aNewTableIsNotReadOnceMoreAtTheEnd() {
        makeTies();
        source.run("alter table invoices alter updated_at set not null");
        order.run();

        var counts =
                "select n_tup_ins, seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'invoices'";
        while (destination.rows(counts).getFirst().startsWith("0|")) {
            Thread.onSpinWait(); // a session reports when it ends
        }
        assertThat(destination.rows(counts)).containsExactly(ROWS + "|0");
    }

    @Test
    void aKeyThatIsNotUniqueIsAnErrorThatNamesTheModel() {
        Invoices.make(source, 10);
        source.run("create view doubled as select i.* from invoices i, generate_series(1, 2)");

        var error = order.models(Order.on(Order.model("invoices"), "doubled")).run().error();

        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_KEY_DOUBLED.code());
        assertThat(error.message()).contains("model invoices");
    }

    @Test
    void aKeyThatIsDoubledInAnIncrementIsAnErrorToo() {
        Invoices.make(source, 10);
        source.run(
                "update invoices set updated_at = now()",
                "create view v as select * from invoices");
        var viewed = order.models(Order.on(Order.model("invoices"), "v"));
        viewed.run();
        source.run("create or replace view v as select i.* from invoices i, generate_series(1, 2)");
        assertThat(viewed.run().error().code()).isEqualTo(ErrorCode.SOURCE_KEY_DOUBLED.code());

        source.run("update invoices set number = 'changed', updated_at = now()");
        assertThat(viewed.run().error().code()).isEqualTo(ErrorCode.SOURCE_KEY_DOUBLED.code());
    }
}
