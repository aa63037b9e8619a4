package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WatermarkBasis;
import org.junit.jupiter.api.Test;

/// The main job: the backfill first, then only what changed.
class TransferTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    TransferTest() {
        source.run(
                """
                create table invoices (
                    id bigint primary key, org text not null, number text, total numeric(12, 2),
                    extra jsonb, updated_at timestamptz not null default now())
                """,
                "create index on invoices (org, updated_at)",
                """
                insert into invoices
                select n, 'org_' || n % 5, 'No. ' || n, n * 1.25, jsonb_build_object('n', n),
                       now() - interval '1 hour' + n * interval '1 second'
                from generate_series(1, 1000) n
                """);
    }

    private String rowsAt(Database database, String from) {
        return database.value(
                "select md5(string_agg(t::text, ',' order by id)) from (select * from %s) t"
                        .formatted(from));
    }

    private void assertIdentical() {
        assertThat(rowsAt(destination, "vendor_data.invoices"))
                .isEqualTo(rowsAt(source, "invoices where org = 'org_1'"));
    }

    @Test
    void theFirstTransferLoadsAllHistoryOfTheTenantAndNobodyElses() {
        var results = order.run();

        assertThat(results.only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(results.receipt().rowsRead()).isEqualTo(200);
        assertThat(results.receipt().rowsApplied()).isEqualTo(200);
        assertThat(results.receipt().cursorFrom()).isNull();
        assertThat(results.receipt().isBalanced()).isTrue();
        assertIdentical();
        assertThat(destination.rows("select distinct org from vendor_data.invoices"))
                .containsExactly("org_1");
    }

    @Test
    void theNextTransferCarriesOnlyWhatChanged() {
        order.run();
        source.run(
                "update invoices set total = 7, updated_at = now() where id in (1, 6, 11)",
                "insert into invoices values (5001, 'org_1', 'new', 1, '{}', now())",
                "insert into invoices values (5002, 'org_2', 'not theirs', 1, '{}', now())");

        var results = order.run();

        assertThat(results.only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(results.receipt().rowsApplied()).isEqualTo(4);
        assertThat(results.receipt().rowsRead()).isLessThan(10);
        assertThat(results.receipt().basis()).isEqualTo(WatermarkBasis.COMMIT_SAFE);
        assertIdentical();
    }

    @Test
    void aTransferThatFindsNothingNewChangesNoRowAndSaysSkipped() {
        order.run();
        source.run("update invoices set updated_at = now() where id = 1");
        order.run();
        var before = destination.rows("select id, xmin, ctid from vendor_data.invoices order by 1");

        var results = order.run();

        assertThat(results.only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(results.receipt().rowsRead()).isPositive();
        assertThat(destination.rows("select id, xmin, ctid from vendor_data.invoices order by 1"))
                .isEqualTo(before);
    }

    @Test
    void anEmptyTableIsMadeAndFilledLater() {
        source.run("delete from invoices");

        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(destination.count("vendor_data.invoices")).isZero();

        source.run("insert into invoices values (1, 'org_1', 'first', 1, '{}', now())");
        assertThat(order.run().receipt().rowsApplied()).isEqualTo(1);
        assertIdentical();
    }

    @Test
    void theTableHasTheSourcesTypesAndKey() {
        order.run();

        assertThat(
                        destination.rows(
                                """
                                select attname, format_type(atttypid, atttypmod) from pg_attribute
                                where attrelid = 'vendor_data.invoices'::regclass and attnum > 0 order by attnum
                                """))
                .containsExactly(
                        "id|bigint",
                        "org|text",
                        "number|text",
                        "total|numeric(12,2)",
                        "extra|jsonb",
                        "updated_at|timestamp with time zone");
        assertThat(
                        destination.rows(
                                "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'vendor_data.invoices'::regclass and contype = 'p'"))
                .containsExactly("invoices_pkey|PRIMARY KEY (id)");
    }

    @Test
    void nothingIsLeftBesideTheTableAndTheControlTables() {
        order.rowsPerChunk(50).run();
        order.fullRefresh().run();

        assertThat(
                        destination.rows(
                                "select regexp_replace(tablename, '_u_.*', '_u_') from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1"))
                .containsExactly(
                        "_tranship_chunk",
                        "_tranship_model",
                        "_tranship_u_",
                        "_tranship_undo",
                        "invoices");
        assertThat(destination.count("vendor_data._tranship_chunk")).isZero();
    }
}
