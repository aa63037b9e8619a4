package io.tranship.benchmarks.data;

import java.util.stream.Stream;

/// How much is measured.
///
/// @param rows of the tenant that is carried; the other four have a quarter of that together
/// @param changed rows of an increment, half of them new
/// @param rounds how often all take turns
/// @param slowRounds in how many of them those that take several times as long take part
/// @param largeRows 0: no more than `rows` are carried
record DataSizes(int rows, int changed, int rounds, int slowRounds, int largeRows) {

    static final DataSizes FULL = new DataSizes(2_000_000, 200_000, 5, 2, 0);

    static final DataSizes QUICK = new DataSizes(100_000, 10_000, 2, 1, 0);

    /// So small that one sees that all of it still runs.
    static final DataSizes SMOKE = new DataSizes(4_000, 400, 1, 1, 0);

    /// One backfill of five million rows, for the runner's memory.
    static final DataSizes LARGE = new DataSizes(0, 0, 0, 0, 5_000_000);

    DataSizes {
        if (changed > 0 && rows % (2 * changed) != 0) {
            throw new IllegalArgumentException(
                    "%d rows are no whole multiple of twice %d changed ones"
                            .formatted(rows, changed));
        }
    }

    /// As the components stand, with commas between them.
    static DataSizes of(String text) {
        var n = Stream.of(text.split(",")).map(String::strip).mapToInt(Integer::parseInt).toArray();
        if (n.length != 5) {
            throw new IllegalArgumentException(
                    "sizes '%s' are not five numbers with commas between them".formatted(text));
        }
        return new DataSizes(n[0], n[1], n[2], n[3], n[4]);
    }

    /// Rows of the tenant.
    int tenantRows() {
        return Math.max(rows, largeRows);
    }
}
