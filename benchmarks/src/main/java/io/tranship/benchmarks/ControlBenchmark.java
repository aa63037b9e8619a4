package io.tranship.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/// `tranship bench control`: measures the control plane on this machine, in one run beside what a
/// user would pick instead and the raw limits.
public final class ControlBenchmark {

    private final Stand stand;
    private final Sizes sizes;
    private final Results results;

    private ControlBenchmark(Stand stand, Sizes sizes, Results results) {
        this.stand = stand;
        this.sizes = sizes;
        this.results = results;
    }

    /// @param args `--quick` for a run of two minutes, `--smoke` to see that it runs, `--json` for
    ///   machines
    public static void main(String[] args) throws Exception {
        var options = List.of(args);
        var unknown =
                options.stream()
                        .filter(o -> !List.of("--quick", "--smoke", "--json").contains(o))
                        .toList();
        if (!unknown.isEmpty()) {
            System.err.println("error: %s is unknown; --quick, --json".formatted(unknown));
            System.exit(2);
        }
        var root = Path.of(System.getProperty("tranship.root", "")).toAbsolutePath();
        var results = run(root, sizes(options));
        results.write(root.resolve("benchmarks/results/control.json"));
        System.out.println(options.contains("--json") ? results.json() : results.table());
    }

    private static Sizes sizes(List<String> options) {
        var own = System.getProperty("tranship.bench.sizes");
        if (own != null) {
            return Sizes.of(own);
        }
        if (options.contains("--smoke")) {
            return Sizes.SMOKE;
        }
        return options.contains("--quick") ? Sizes.QUICK : Sizes.FULL;
    }

    static Results run(Path root, Sizes sizes)
            throws IOException, SQLException, InterruptedException {
        var results = new Results(Machine.describe(sizes.toString()));
        try (var stand = new Stand(root)) {
            Progress.say("broker and database are up");
            var bench = new ControlBenchmark(stand, sizes, results);
            bench.ledgers();
            new FoldBench(stand, sizes, results).run();
        }
        return results;
    }

    private void ledgers() throws IOException, SQLException, InterruptedException {
        try (var few = new Ledger(stand, "few", Sizes.DESTINATIONS);
                var many = new Ledger(stand, "many", 2 * Sizes.DESTINATIONS)) {
            Progress.say("dispatch-service is up, twice");
            new FlowBench(stand, few, sizes, results).run();
            new DepthBench(stand, few, many, sizes, results).run();
            new LatencyBench(stand, many, sizes, results).run(results.median("transfers") / 2);
        }
    }
}
