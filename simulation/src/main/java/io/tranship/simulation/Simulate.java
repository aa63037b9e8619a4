package io.tranship.simulation;

import java.time.Duration;

/// Runs seeds one after the other until one fails: `Simulate [how many] [the first]`. Ends with 3
/// when a seed failed.
public final class Simulate {

    private static final int FOUND = 3;

    private Simulate() {}

    public static void main(String[] arguments) {
        var seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        var first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        try (var database = Tables.make()) {
            for (var seed = first; seed < first + seeds; seed++) {
                var began = System.nanoTime();
                try {
                    var outcome = Simulation.run(seed, database);
                    System.out.printf(
                            "seed %d: %d events, hash %s, %d ms, %s%n",
                            seed,
                            outcome.events(),
                            outcome.hash(),
                            Duration.ofNanos(System.nanoTime() - began).toMillis(),
                            outcome.counts());
                } catch (Violation | IllegalStateException e) {
                    e.printStackTrace();
                    System.out.printf("seed %d FAILS: %s%n", seed, e.getMessage());
                    System.exit(FOUND);
                }
            }
        }
    }
}
