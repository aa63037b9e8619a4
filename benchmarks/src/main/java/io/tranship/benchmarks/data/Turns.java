package io.tranship.benchmarks.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What the contenders took, turn by turn.
final class Turns {

    private final Map<String, List<Taken>> taken = new LinkedHashMap<>();

    void add(String name, Taken turn) {
        taken.computeIfAbsent(name, _ -> new ArrayList<>()).add(turn);
    }

    boolean has(String name) {
        return taken.containsKey(name);
    }

    Taken last(String name) {
        return of(name).getLast();
    }

    List<Double> values(String name, ToDoubleFunction<Taken> figure) {
        return of(name).stream().map(figure::applyAsDouble).toList();
    }

    /// How many times as long as another one, round by round: both had the same weather.
    List<Double> times(String name, String other) {
        var mine = of(name);
        var theirs = of(other);
        return IntStream.range(0, Math.min(mine.size(), theirs.size()))
                .mapToObj(n -> mine.get(n).seconds() / theirs.get(n).seconds())
                .toList();
    }

    private List<Taken> of(String name) {
        return taken.getOrDefault(name, List.of());
    }
}
