package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A full refresh of a table that others read, and that others have built upon.
class RefreshInUseTest {

    /// What says whether it is still the same table, and everything that hangs on it.
    private static final String SURROUNDINGS =
            """
            with t as (select 'vendor_data.invoices'::regclass::oid as id)
            select 'table', c.oid::text, concat_ws(' ', pg_get_userbyid(c.relowner), c.relacl, c.relrowsecurity)
            from pg_class c, t where c.oid = t.id
            union all select 'column', attname, attacl::text from pg_attribute, t where attrelid = t.id and attnum > 0
            union all select 'index', indexrelid::text, pg_get_indexdef(indexrelid) from pg_index, t where indrelid = t.id
            union all select 'constraint', c.oid::text, c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid)
            from pg_constraint c, t where t.id in (c.conrelid, c.confrelid)
            union all select 'trigger', g.oid::text, pg_get_triggerdef(g.oid) from pg_trigger g, t where tgrelid = t.id
            union all select 'policy', p.oid::text, polname from pg_policy p, t where polrelid = t.id
            union all select 'comment', objsubid::text, description from pg_description, t where objoid = t.id
            union all select 'view', oid::text, pg_get_viewdef(oid) from pg_class where relname = 'report'
            order by 1, 2, 3
            """;

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(20);

    RefreshInUseTest() {
        Invoices.make(source, 500);
        source.run("update invoices set number = 'old'");
        order.run();
    }

    @Test
    void readersNeverSeeAnEmptyTable() throws Exception {
        // Every statement that writes to the table stands still for a while before it ends: so
        // that whatever a reader could see between two of them is seen.
        destination.run(
                "create function vendor_data.linger() returns trigger language plpgsql as 'begin perform pg_sleep(0.15); return null; end'",
                "create trigger linger after insert or update or delete or truncate on vendor_data.invoices for each statement execute function vendor_data.linger()");
        source.run(
                "delete from invoices where id <= 50",
                "update invoices set number = 'new'",
                "insert into invoices select n, 'org_1', 'new', now() from generate_series(501, 525) n");

        var seen = new ArrayList<String>();
        try (var reader = new Reader(destination)) {
            assertThat(order.fullRefresh().run().receipt().rowsDeleted()).isEqualTo(10);
            seen.addAll(reader.stop());
        }

        assertThat(seen).hasSizeGreaterThan(20);
        assertThat(seen.stream().distinct()).containsExactly("100|old|old", "115|new|new");
        Invoices.assertArrived(source, destination);
    }

    @Test
    void grantsIndexesViewsAndForeignKeysSurviveARefresh() {
        destination.run(
                "create view vendor_data.report as select number, count(*) from vendor_data.invoices group by 1",
                "create index by_number on vendor_data.invoices (number)",
                "create table vendor_data.payments (invoice bigint not null references vendor_data.invoices (id))",
                "insert into vendor_data.payments values (5)",
                "create table vendor_data.log (id bigint)",
                "create function vendor_data.note() returns trigger language plpgsql as 'begin insert into vendor_data.log values (new.id); return new; end'",
                "create trigger note after update on vendor_data.invoices for each row execute function vendor_data.note()",
                "create policy everything on vendor_data.invoices using (true)",
                "alter table vendor_data.invoices enable row level security",
                "comment on table vendor_data.invoices is 'what we billed'",
                "comment on column vendor_data.invoices.number is 'as printed'",
                "grant select on vendor_data.invoices to public",
                "grant update (number) on vendor_data.invoices to pg_monitor",
                "grant usage on schema vendor_data to public",
                "alter table vendor_data.invoices owner to pg_database_owner");
        var before = destination.rows(SURROUNDINGS);
        source.run(
                "delete from invoices where id between 10 and 100",
                "update invoices set number = 'new' where id = 5",
                "insert into invoices values (505, 'org_1', 'old', now())");

        assertThat(order.fullRefresh().run().receipt().rowsDeleted()).isEqualTo(19);

        Invoices.assertArrived(source, destination);
        assertThat(before).hasSizeGreaterThan(15);
        assertThat(destination.rows(SURROUNDINGS)).isEqualTo(before);
        assertThat(destination.rows("select * from vendor_data.report order by 1"))
                .containsExactly("new|1", "old|81");
        assertThat(destination.rows("table vendor_data.payments")).containsExactly("5");
        assertThat(destination.rows("table vendor_data.log")).containsExactly("5");
    }

    /// Reads the table again and again, each time in a snapshot of its own.
    private static final class Reader implements AutoCloseable {

        private final AtomicBoolean isStopped = new AtomicBoolean();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<List<String>> seen;

        Reader(Database database) throws InterruptedException {
            seen = CompletableFuture.supplyAsync(() -> read(database));
            begun.await();
        }

        private List<String> read(Database database) {
            var sightings = new ArrayList<String>();
            try (var connection = database.connect();
                    var statement =
                            connection.prepareStatement(
                                    "select concat_ws('|', count(*), min(number), max(number)) from vendor_data.invoices")) {
                // Nobody who reads has to wait for a refresh either.
                connection.createStatement().execute("set lock_timeout = '100ms'");
                var isLast = false;
                while (!isLast) {
                    isLast = isStopped.get();
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        sightings.add(rows.getString(1));
                    }
                    begun.countDown();
                }
            } catch (SQLException e) {
                throw new AssertionError("a reader was refused", e);
            } finally {
                begun.countDown();
            }
            return sightings;
        }

        /// After one more look.
        List<String> stop() {
            isStopped.set(true);
            return seen.join();
        }

        @Override
        public void close() {
            isStopped.set(true);
        }
    }
}
