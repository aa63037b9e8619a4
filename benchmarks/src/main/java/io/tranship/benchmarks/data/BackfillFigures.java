package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Results;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Makes figures of backfills' turns.
final class BackfillFigures {

    private static final String SECONDS = "s";
    private static final String TIMES = "times";
    private static final String CPU = "CPU s";

    private final Turns turns;
    private final int rows;

    BackfillFigures(Turns turns, int rows) {
        this.turns = turns;
        this.rows = rows;
    }

    void addTo(Results results, List<Ordered> one, List<Ordered> two) {
        add(results, "backfill_bare_loop", null);
        add(results, "backfill_psql_binary", "backfill_bare_loop");
        add(results, "backfill_psql_text", "backfill_bare_loop");
        add(results, "backfill", "backfill_bare_loop");
        add(results, "backfill_jdbc_rewrite", "backfill");
        add(results, "backfill_pgloader", "backfill");
        add(results, "backfill_bare_loop_2_streams", "backfill_bare_loop");
        add(results, "backfill_2_streams", "backfill_bare_loop_2_streams");
        addTimes(results, "backfill", "backfill_bare_loop");
        addTimes(results, "backfill", "backfill_psql_binary");
        addTimes(results, "backfill_2_streams", "backfill_bare_loop_2_streams");
        addTimes(results, "backfill_pgloader", "backfill");
        addTimes(results, "backfill_jdbc_rewrite", "backfill");
        if (turns.has("backfill")) {
            addPhases(results, "backfill", one);
        }
        if (turns.has("backfill_2_streams")) {
            addPhases(results, "backfill_2_streams", two);
        }
    }

    /// @param baseline left out when it was not measured
    private void add(Results results, String name, @Nullable String baseline) {
        if (!turns.has(name)) {
            return;
        }
        var base = baseline != null && turns.has(baseline) ? baseline : null;
        results.add(name, SECONDS, turns.values(name, Taken::seconds), base);
        results.add(name + "_rate", "rows/s", turns.values(name, taken -> rows / taken.seconds()));
        results.add(name + "_cpu_client", CPU, turns.values(name, Taken::client));
        results.add(name + "_cpu_source", CPU, turns.values(name, Taken::source));
        results.add(name + "_cpu_destination", CPU, turns.values(name, Taken::destination));
        var peaks = turns.values(name, Taken::peakMegabytes);
        if (peaks.stream().allMatch(peak -> peak > 0)) {
            results.add(name + "_peak", "MB", peaks);
        }
    }

    private void addTimes(Results results, String name, String other) {
        if (turns.has(name) && turns.has(other)) {
            results.add("%s_by_%s".formatted(name, other), TIMES, turns.times(name, other));
        }
    }

    private static void addPhases(Results results, String name, List<Ordered> runs) {
        add(results, name + "_order_to_started", SECONDS, runs, Ordered::secondsToStarted);
        add(results, name + "_order_to_first_row", SECONDS, runs, Ordered::secondsToFirstRow);
        add(results, name + "_run", SECONDS, runs, Ordered::secondsOfRun);
        add(results, name + "_control", SECONDS, runs, Ordered::secondsOfControl);
        add(results, name + "_cpu_control", CPU, runs, Ordered::control);
    }

    private static void add(
            Results results,
            String name,
            String unit,
            List<Ordered> runs,
            ToDoubleFunction<Ordered> figure) {
        results.add(name, unit, runs.stream().map(figure::applyAsDouble).toList());
    }

    static void addLarge(Results results, int rows, Taken bare, Ordered run) {
        results.add("large_rows", "rows", List.of((double) rows));
        results.add("large_bare_loop", SECONDS, List.of(bare.seconds()));
        results.add("large_backfill", SECONDS, List.of(run.taken().seconds()), "large_bare_loop");
        results.add("large_backfill_rate", "rows/s", List.of(rows / run.taken().seconds()));
        results.add("large_backfill_cpu_client", CPU, List.of(run.taken().client()));
        results.add("large_backfill_peak", "MB", List.of(run.taken().peakMegabytes()));
    }
}
