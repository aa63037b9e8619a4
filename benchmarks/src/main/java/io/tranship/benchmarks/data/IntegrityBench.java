package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Db;
import io.tranship.benchmarks.Progress;
import io.tranship.benchmarks.Results;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.PGConnection;

/// An integrity job over the whole set while a writer changes the source, with differences planted
/// that it must find, and nothing else; beside what compares less and what reads more.
final class IntegrityBench {

    private static final String OURS = "integrity";
    private static final String TABLE = OURS + ".invoices";

    private static final int CHANGES_PER_SECOND = 200;
    private static final int CHANGES_AT_ONCE = 20;

    /// One missing, one extra, one that moved to another tenant, and in four a value that differs,
    /// one of them null.
    private static final IntegrityReport PLANTED =
            new IntegrityReport(0, "", 0, "", 0, 0, 0, 1, 4, 2);

    private static final String HASHES =
            "select count(*), sum(hashtextextended(row(%s)::text, 0)) from %s";

    private final DataStand stand;
    private final Dispatcher dispatcher;
    private final Orders orders;
    private final DataSizes sizes;
    private final Turns turns = new Turns();

    IntegrityBench(DataStand stand, Dispatcher dispatcher, Orders orders, DataSizes sizes) {
        this.stand = stand;
        this.dispatcher = dispatcher;
        this.orders = orders;
        this.sizes = sizes;
    }

    void run(Results results) throws Exception {
        stand.clear(OURS);
        dispatcher.run(orders.order(TenantSet.TENANT, OURS, 1, TenantSet.LOOKBACK_SECONDS), false);
        try (var destination = stand.destination()) {
            Db.run(destination, "vacuum analyze " + TABLE);
        }
        Progress.say("a table stands for comparisons");
        for (var round = 0; round < sizes.rounds(); round++) {
            both("integrity_hashes", this::hashesOfSource, this::hashesOfDestination);
            both("integrity_full_read", this::readSource, this::readDestination);
            compare();
        }
        figures(results);
        underLoad(results);
    }

    private void compare() throws Exception {
        stand.rest();
        var run = dispatcher.run(orders.integrity(TenantSet.TENANT, OURS, false), false);
        if (!run.result().isProven()) {
            throw new IllegalStateException("two equal sides differ: " + run.result());
        }
        Progress.say("integrity: %.2f s".formatted(run.taken().seconds()));
        turns.add("integrity", run.taken());
    }

    /// Both sides at once, as an integrity job does.
    private void both(String name, Callable<Void> source, Callable<Void> destination)
            throws Exception {
        stand.rest();
        var meter = Meter.begin(stand, DataStand::ownSeconds);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var here = threads.submit(source);
            var there = threads.submit(destination);
            here.get();
            there.get();
        }
        var taken = meter.end();
        Progress.say("%s: %.2f s".formatted(name, taken.seconds()));
        turns.add(name, taken);
    }

    private Void hashesOfSource() throws SQLException {
        try (var source = stand.source()) {
            Db.texts(
                    source,
                    HASHES.formatted(TenantSet.columns(), "invoices")
                            + " where organization_id = '%s'".formatted(TenantSet.TENANT));
        }
        return null;
    }

    private Void hashesOfDestination() throws SQLException {
        try (var destination = stand.destination()) {
            Db.texts(destination, HASHES.formatted(TenantSet.columns(), TABLE));
        }
        return null;
    }

    private Void readSource() throws Exception {
        try (var source = stand.source()) {
            read(source, stand.set().select());
        }
        return null;
    }

    private Void readDestination() throws Exception {
        try (var destination = stand.destination()) {
            read(destination, "select %s from %s".formatted(TenantSet.columns(), TABLE));
        }
        return null;
    }

    private static void read(Connection from, String select) throws Exception {
        from.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("copy (%s) to stdout".formatted(select), OutputStream.nullOutputStream());
    }

    private void figures(Results results) {
        for (var name : List.of("integrity_hashes", "integrity_full_read", "integrity")) {
            var baseline = name.equals("integrity") ? "integrity_hashes" : null;
            results.add(name, "s", turns.values(name, Taken::seconds), baseline);
            results.add(name + "_cpu_client", "CPU s", turns.values(name, Taken::client));
            results.add(name + "_cpu_source", "CPU s", turns.values(name, Taken::source));
            results.add(name + "_cpu_destination", "CPU s", turns.values(name, Taken::destination));
        }
    }

    private void underLoad(Results results) throws Exception {
        try (var writer = new Writer()) {
            // What it changes from here on is the next transfer's.
            plant();
            var found = dispatcher.run(orders.integrity(TenantSet.TENANT, OURS, false), false);
            check(report(found.result()), PLANTED);
            Progress.say("7 differences found in %.2f s".formatted(found.taken().seconds()));
            var repaired = dispatcher.run(orders.integrity(TenantSet.TENANT, OURS, true), false);
            check(report(repaired.result()), PLANTED);
            var receipt = Objects.requireNonNull(repaired.result().receipt());
            if (!repaired.result().isProven() || receipt.rowsRead() * 100 >= sizes.tenantRows()) {
                throw new IllegalStateException("not repaired: " + repaired.result());
            }
            results.add("integrity_of_7_differences", "s", List.of(found.taken().seconds()));
            results.add("integrity_repair", "s", List.of(repaired.taken().seconds()));
            results.add("integrity_repair_rows", "rows", List.of((double) receipt.rowsRead()));
            results.add(
                    "integrity_later_rows",
                    "rows",
                    List.of((double) report(found.result()).laterRows()));
            results.add("integrity_writer", "rows", List.of(writer.changed.doubleValue()));
        }
    }

    private static IntegrityReport report(ModelResult result) {
        return Objects.requireNonNull(result.integrity(), () -> "no report: " + result);
    }

    private static void check(IntegrityReport found, IntegrityReport planted) {
        if (found.rowsMissing() != planted.rowsMissing()
                || found.rowsStale() != planted.rowsStale()
                || found.rowsExtra() != planted.rowsExtra()) {
            throw new IllegalStateException("found " + found);
        }
    }

    /// Far from the rows that the writer changes.
    private void plant() throws SQLException {
        var last = sizes.tenantRows();
        try (var source = stand.source();
                var destination = stand.destination()) {
            Db.run(
                    source,
                    "update invoices set organization_id = 'org_2' where id = %d"
                            .formatted(last - 9));
            Db.run(destination, "delete from %s where id = %d".formatted(TABLE, last - 8));
            Db.run(
                    destination,
                    "insert into %s (id, updated_at) values (-1, '2026-01-02 00:00:00Z')"
                            .formatted(TABLE));
            for (var change :
                    List.of(
                            "net = net + 0.01",
                            "details = details || '{\"a\": 1}'",
                            "note = null",
                            "created_at = created_at + interval '1 microsecond'")) {
                last -= 20;
                Db.run(
                        destination,
                        "update %s set %s where id = %d".formatted(TABLE, change, last - 4));
            }
        }
    }

    /// Changes rows in the first half of the table at the source until it is closed.
    private final class Writer implements AutoCloseable {

        private final Thread thread = Thread.ofPlatform().name("writer").start(this::write);
        private volatile boolean ended;
        private final AtomicLong changed = new AtomicLong();

        private void write() {
            try (var source = stand.source()) {
                var pause = TimeUnit.SECONDS.toNanos(1) * CHANGES_AT_ONCE / CHANGES_PER_SECOND;
                var next = System.nanoTime();
                for (var n = 0; !ended; n = (n + 1) % (sizes.tenantRows() / 100)) {
                    Db.run(
                            source,
                            "update invoices set net = net + 1, updated_at = clock_timestamp() where id %% 5 < 4 and id between %d and %d"
                                    .formatted(n * 25 + 100, n * 25 + 124));
                    changed.addAndGet(CHANGES_AT_ONCE);
                    next += pause;
                    TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
