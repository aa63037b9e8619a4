package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A runner's heap is enough for any number of rows, and for rows of any size up to the limit.
@Timeout(120)
class MemoryTest {

    private static final int MEGABYTE = 1 << 20;

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");

    MemoryTest() {
        Invoices.make(source);
    }

    /// @param rows each with a text of `bytes`
    private void insert(int rows, int bytes) {
        source.run(
                "insert into invoices select n, 'org_1', repeat('x', %d) from generate_series(1, %d) n"
                        .formatted(bytes, rows),
                "analyze invoices");
    }

    @Test
    void aRowOfFortyMegabytesIsAnErrorThatNamesModelAndSize() throws Exception {
        insert(1, 40 * MEGABYTE);

        var told = told("256m");

        assertThat(told.getFirst()).isEqualTo("outcome FAILED");
        assertThat(told.get(1))
                .startsWith("error TRN-314 model invoices has a row of 419")
                .endsWith("at most 33554432 are carried");
        assertThat(destination.count("pg_tables where tablename = 'invoices'")).isZero();
    }

    @Test
    void rowsJustUnderTheLimitAreCarried() throws Exception {
        insert(4, 31 * MEGABYTE);

        assertThat(told("256m").getFirst()).isEqualTo("outcome SUCCESS");
        assertThat(destination.rows("select distinct length(number) from vendor_data.invoices"))
                .containsExactly(Integer.toString(31 * MEGABYTE));
    }

    @Test
    void aLargerHeapCarriesLargerRows() throws Exception {
        source.run(
                "alter table invoices add column raw bytea",
                "insert into invoices values (1, 'org_1', 'No. 1', now(), convert_to(repeat('x', %d), 'UTF8'))"
                        .formatted(100 * MEGABYTE));

        assertThat(told("1g")).first().isEqualTo("outcome SUCCESS");
        var seen = "select id, length(raw), md5(raw) from %s";
        assertThat(destination.rows(seen.formatted("vendor_data.invoices")))
                .isEqualTo(source.rows(seen.formatted("invoices")));
    }

    /// The destination is so slow that without a bound all rows would wait in memory.
    @Test
    void manyLargeRowsTakeNoMoreMemoryThanFew() throws Exception {
        insert(24, 5 * MEGABYTE);
        slowDown();

        assertThat(told("64m").getFirst()).isEqualTo("outcome SUCCESS");
        assertThat(destination.count("vendor_data.invoices")).isEqualTo(24);
    }

    /// Each row into a generation's table takes a while.
    private void slowDown() {
        destination.run(
                """
                create function slow() returns trigger language plpgsql as
                $$ begin perform pg_sleep(0.15); return new; end $$
                """,
                """
                create function made() returns event_trigger language plpgsql as $$
                declare made record;
                begin
                    for made in select object_identity as name from pg_event_trigger_ddl_commands()
                                where object_type = 'table' and object_identity ~ '_tranship_g_' loop
                        execute 'create trigger slow before insert on ' || made.name
                                || ' for each row execute function public.slow()';
                    end loop;
                end $$
                """,
                "create event trigger made on ddl_command_end when tag in ('CREATE TABLE') execute function made()");
    }

    /// A JVM with a runner's options. It must not depend on an error of memory being caught.
    private List<String> told(String heap) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dinfra=" + System.getProperty("infra", "processes"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallHeapRun.class.getName(),
                                source.name(),
                                destination.name())
                        .redirectErrorStream(true)
                        .start();
        var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told.lines().toList();
    }
}
