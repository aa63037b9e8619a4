package io.tranship.benchmarks;

import java.util.stream.Stream;

/// How much is measured.
///
/// @param few waiting transfers of the shallow queue
/// @param many waiting transfers of the deep queue
/// @param waves how often slots are given back at each depth
/// @param waveSize how many transfers end at once
/// @param transfers of one round through the whole ledger, and jobs of each rival
/// @param rounds how often ledger and rivals take turns
/// @param latencySeconds of requests at half the capacity
/// @param foldTransfers of one round of the fold; each has five facts
/// @param foldRounds how often fold and upserts take turns
record Sizes(
        int few,
        int many,
        int waves,
        int waveSize,
        int transfers,
        int rounds,
        int latencySeconds,
        int foldTransfers,
        int foldRounds) {

    static final int DESTINATIONS = 1_000;

    /// Transfers of one wave are 1/10 of the shallow queue; all waves 1/10 of the deep one.
    static final Sizes FULL = new Sizes(1_000, 100_000, 100, 100, 20_000, 3, 20, 10_000, 5);

    static final Sizes QUICK = new Sizes(1_000, 5_000, 10, 100, 3_000, 1, 5, 1_000, 2);

    /// So small that a test can see that all of it still runs.
    static final Sizes SMOKE = new Sizes(1_000, 1_100, 2, 20, 1_000, 1, 1, 100, 1);

    /// As the components stand, with commas between them.
    static Sizes of(String text) {
        var n = Stream.of(text.split(",")).map(String::strip).mapToInt(Integer::parseInt).toArray();
        if (n.length != 9) {
            throw new IllegalArgumentException(
                    "sizes '%s' are not nine numbers with commas between them".formatted(text));
        }
        return new Sizes(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
    }
}
