package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Db;
import io.tranship.benchmarks.Progress;
import io.tranship.benchmarks.Results;
import io.tranship.schemas.UndecodableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What changed, merged into a full table: Tranship, and the COPY into a stage with `insert … on
/// conflict` that one writes by hand, each into a table of its own, in turns.
final class IncrementBench {

    private static final String OURS = "increments";
    private static final String BY_HAND = "by_hand";
    private static final String BY_HAND_TABLE = BY_HAND + ".invoices";

    /// Reads again all that the last round changed.
    private static final int LONG_LOOKBACK_SECONDS = 60;

    /// Equal before and after when no row was written: each version of a row has its place and its
    /// transaction.
    private static final String VERSIONS =
            "select concat_ws(' ', count(*), sum(hashtid(ctid)::numeric), sum(xmin::text::numeric)) from %s.invoices"
                    .formatted(OURS);

    private final DataStand stand;
    private final Dispatcher dispatcher;
    private final Orders orders;
    private final DataSizes sizes;
    private final Turns turns = new Turns();
    private final List<Double> control = new ArrayList<>();
    private final List<Double> peaks = new ArrayList<>();

    IncrementBench(DataStand stand, Dispatcher dispatcher, Orders orders, DataSizes sizes) {
        this.stand = stand;
        this.dispatcher = dispatcher;
        this.orders = orders;
        this.sizes = sizes;
    }

    void run(Results results) throws Exception {
        load();
        for (var round = 1; round <= sizes.rounds(); round++) {
            round(round);
        }
        figures(results);
        lookback(results);
    }

    private void load() throws Exception {
        stand.clear(OURS);
        stand.clear(BY_HAND);
        increment(TenantSet.LOOKBACK_SECONDS);
        try (var from = stand.source();
                var to = stand.destination()) {
            TenantSet.makeTable(to, BY_HAND_TABLE);
            BareLoop.copy(from, stand.set().select(), to, BY_HAND_TABLE);
            vacuum(to);
        }
        Progress.say("two tables stand for increments");
    }

    private static void vacuum(Connection destination) throws SQLException {
        Db.run(destination, "vacuum analyze %s.invoices".formatted(OURS));
        Db.run(destination, "vacuum analyze " + BY_HAND_TABLE);
    }

    private void round(int round) throws Exception {
        String cursor;
        try (var source = stand.source()) {
            // Until then the cursor is the bound of the load.
            cursor =
                    round == 1
                            ? Db.texts(source, "select now()::text").getFirst()
                            : TenantSet.cursor(source);
            stand.set().change(source, round, sizes.changed());
        }
        var byHandFirst = round % 2 == 1;
        if (byHandFirst) {
            byHand(cursor);
        }
        ours();
        if (!byHandFirst) {
            byHand(cursor);
        }
        try (var to = stand.destination()) {
            vacuum(to);
        }
    }

    private Ordered increment(int lookbackSeconds) throws SQLException, UndecodableException {
        return dispatcher.run(orders.order(TenantSet.TENANT, OURS, 1, lookbackSeconds), false);
    }

    private void ours() throws Exception {
        stand.rest();
        var run = increment(TenantSet.LOOKBACK_SECONDS);
        var receipt = run.result().receipt();
        if (receipt == null || receipt.rowsApplied() < sizes.changed()) {
            throw new IllegalStateException(
                    "an increment of %d rows has the receipt %s"
                            .formatted(sizes.changed(), receipt));
        }
        Progress.say(
                "incremental: %.2f s, %d rows read, %d applied"
                        .formatted(
                                run.taken().seconds(), receipt.rowsRead(), receipt.rowsApplied()));
        turns.add("incremental", run.taken());
        control.add(run.secondsOfControl());
        peaks.add(run.taken().peakMegabytes());
    }

    private void byHand(String cursor) throws Exception {
        stand.rest();
        try (var from = stand.source();
                var to = stand.destination()) {
            to.setAutoCommit(false);
            var meter = Meter.begin(stand, DataStand::ownSeconds);
            Db.run(
                    to,
                    "create temporary table stage (like %s) on commit drop"
                            .formatted(BY_HAND_TABLE));
            BareLoop.copy(from, stand.set().selectSince(cursor), to, "stage");
            Db.run(to, upsert());
            to.commit();
            var taken = meter.end();
            Progress.say("incremental_by_hand: %.2f s".formatted(taken.seconds()));
            turns.add("incremental_by_hand", taken);
        }
    }

    private static String upsert() {
        var sets =
                TenantSet.COLUMNS.stream()
                        .filter(column -> !column.equals("id"))
                        .map(column -> "%s = excluded.%s".formatted(column, column))
                        .toList();
        return "insert into %s (%s) select %s from stage on conflict (id) do update set %s"
                .formatted(
                        BY_HAND_TABLE,
                        TenantSet.columns(),
                        TenantSet.columns(),
                        String.join(", ", sets));
    }

    private void figures(Results results) {
        for (var name : List.of("incremental_by_hand", "incremental")) {
            var baseline = name.equals("incremental") ? "incremental_by_hand" : null;
            results.add(name, "s", turns.values(name, Taken::seconds), baseline);
            results.add(
                    name + "_rate",
                    "rows/s",
                    turns.values(name, taken -> sizes.changed() / taken.seconds()));
            results.add(name + "_cpu_client", "CPU s", turns.values(name, Taken::client));
            results.add(name + "_cpu_source", "CPU s", turns.values(name, Taken::source));
            results.add(name + "_cpu_destination", "CPU s", turns.values(name, Taken::destination));
        }
        results.add(
                "incremental_by_incremental_by_hand",
                "times",
                turns.times("incremental", "incremental_by_hand"));
        results.add("incremental_control", "s", control);
        results.add("incremental_peak", "MB", peaks);
    }

    /// Reads what the last round changed once more, which must write no row, and then once more
    /// with the short lookback, which finds one row.
    private void lookback(Results results) throws Exception {
        try (var destination = stand.destination()) {
            var before = Db.texts(destination, VERSIONS);
            stand.rest();
            var again = increment(LONG_LOOKBACK_SECONDS);
            stand.rest();
            var nothing = increment(TenantSet.LOOKBACK_SECONDS);
            var same = before.equals(Db.texts(destination, VERSIONS));
            var receipt = again.result().receipt();
            if (receipt == null || !same) {
                throw new IllegalStateException(
                        "an increment that found nothing but its lookback wrote rows: " + receipt);
            }
            results.add("incremental_lookback_only", "s", List.of(again.taken().seconds()));
            results.add(
                    "incremental_lookback_only_read", "rows", List.of((double) receipt.rowsRead()));
            results.add(
                    "incremental_lookback_only_changed",
                    "rows",
                    List.of((double) receipt.rowsApplied()));
            results.add("incremental_of_nothing", "s", List.of(nothing.taken().seconds()));
        }
    }
}
