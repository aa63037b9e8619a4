package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Machine;
import io.tranship.benchmarks.Progress;
import io.tranship.benchmarks.Results;
import java.nio.file.Path;
import java.util.List;

/// `tranship bench data`: measures the data plane on this machine, in one run beside what a user
/// would pick instead.
public final class DataBenchmark {

    private static final List<String> OPTIONS = List.of("--quick", "--smoke", "--large", "--json");

    /// The AOT cache is recorded by the first; runners that start after it is written use it.
    private static final int WARM_UPS = 4;

    private DataBenchmark() {}

    /// @param args `--quick` for a run of two minutes, `--large` for one backfill of five million
    ///   rows and the runner's memory, `--smoke` to see that it runs, `--json` for machines
    public static void main(String[] args) throws Exception {
        var options = List.of(args);
        var unknown = options.stream().filter(o -> !OPTIONS.contains(o)).toList();
        if (!unknown.isEmpty()) {
            System.err.println("error: %s is unknown; --quick, --large, --json".formatted(unknown));
            System.exit(2);
        }
        var root = Path.of(System.getProperty("tranship.root", "")).toAbsolutePath();
        var sizes = sizes(options);
        var results = run(root, sizes);
        results.write(
                root.resolve("benchmarks/results")
                        .resolve(sizes.largeRows() > 0 ? "data-large.json" : "data.json"));
        System.out.println(options.contains("--json") ? results.json() : results.table());
    }

    private static DataSizes sizes(List<String> options) {
        var own = System.getProperty("tranship.bench.sizes");
        if (own != null) {
            return DataSizes.of(own);
        }
        if (options.contains("--smoke")) {
            return DataSizes.SMOKE;
        }
        if (options.contains("--large")) {
            return DataSizes.LARGE;
        }
        return options.contains("--quick") ? DataSizes.QUICK : DataSizes.FULL;
    }

    static Results run(Path root, DataSizes sizes) throws Exception {
        var results = new Results(Machine.describe(sizes.toString()));
        try (var stand = new DataStand(root, new TenantSet(sizes.tenantRows()));
                var dispatcher = new Dispatcher(stand)) {
            Progress.say("both servers, broker and launcher are up, and the source is filled");
            var orders = new Orders(stand);
            warmUp(stand, dispatcher, orders);
            var backfills = new BackfillBench(stand, dispatcher, orders, sizes);
            if (sizes.largeRows() > 0) {
                backfills.runLarge(results);
            } else {
                backfills.run(results);
            }
            if (sizes.changed() > 0) {
                new IncrementBench(stand, dispatcher, orders, sizes).run(results);
                new IntegrityBench(stand, dispatcher, orders, sizes).run(results);
            }
        }
        return results;
    }

    /// As in a launcher that has run before: caches recorded, code of the launcher compiled.
    private static void warmUp(DataStand stand, Dispatcher dispatcher, Orders orders)
            throws Exception {
        for (var n = 0; n < WARM_UPS; n++) {
            stand.clear("warm_up");
            var run =
                    dispatcher.run(
                            orders.order(
                                    TenantSet.SMALL_TENANT,
                                    "warm_up",
                                    1,
                                    TenantSet.LOOKBACK_SECONDS),
                            false);
            Progress.say("warm-up %d: %.2f s".formatted(n + 1, run.taken().seconds()));
        }
        stand.clear("warm_up");
    }
}
