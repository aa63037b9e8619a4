package io.tranship.connectors;

import java.util.ArrayList;
import java.util.List;

/// A part of a table between two keys: all rows from `low` on and before `high`.
///
/// @param n counts from 1
/// @param low one literal per key column; empty: no lower end
/// @param high empty: no upper end
public record KeyRange(int n, List<String> low, List<String> high) {

    public KeyRange {
        low = List.copyOf(low);
        high = List.copyOf(high);
    }

    /// Ranges that together hold every key, also those that are drawn later.
    public static List<KeyRange> between(List<List<String>> bounds) {
        var ranges = new ArrayList<KeyRange>(bounds.size() + 1);
        var low = List.<String>of();
        for (var high : bounds) {
            ranges.add(new KeyRange(ranges.size() + 1, low, high));
            low = high;
        }
        ranges.add(new KeyRange(ranges.size() + 1, low, List.of()));
        return List.copyOf(ranges);
    }
}
