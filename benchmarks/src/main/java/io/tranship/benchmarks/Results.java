package io.tranship.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures of one run: a table for people, JSON for machines.
public final class Results {

    /// @param baseline the figure that `ratio` compares with
    record Figure(
            String name,
            String unit,
            double median,
            double min,
            double max,
            int runs,
            @Nullable String baseline,
            @Nullable Double ratio) {}

    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Map<String, Object> machine;

    public Results(Map<String, Object> machine) {
        this.machine = machine;
    }

    public void add(String name, String unit, List<Double> values) {
        add(name, unit, values, null);
    }

    /// @param baseline the name of a figure that was added before
    public void add(String name, String unit, List<Double> values, @Nullable String baseline) {
        var sorted = values.stream().sorted().toList();
        var base = baseline == null ? null : figures.get(baseline);
        var median = median(sorted);
        figures.put(
                name,
                new Figure(
                        name,
                        unit,
                        rounded(median),
                        rounded(sorted.getFirst()),
                        rounded(sorted.getLast()),
                        sorted.size(),
                        baseline,
                        base == null ? null : rounded(median / base.median())));
    }

    double median(String name) {
        var figure = figures.get(name);
        return figure == null ? 0 : figure.median();
    }

    boolean has(String name) {
        return figures.containsKey(name);
    }

    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    public String json() throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("machine", machine);
        all.put("results", new ArrayList<>(figures.values()));
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    public void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, json() + "\n");
    }

    private int width() {
        return figures.keySet().stream().mapToInt(String::length).max().orElse(1);
    }

    public String table() {
        var lines = new ArrayList<String>();
        machine.forEach((key, value) -> lines.add(key + ": " + value));
        var named = "%-" + width() + "s";
        lines.add(
                (named + " %12s %12s %12s %5s  %-14s %s")
                        .formatted("", "median", "min", "max", "runs", "unit", "ratio"));
        for (var f : figures.values()) {
            var ratio = f.ratio() == null ? "" : "%.2f x %s".formatted(f.ratio(), f.baseline());
            lines.add(
                    (named + " %,12.2f %,12.2f %,12.2f %5d  %-14s %s")
                            .formatted(
                                    f.name(),
                                    f.median(),
                                    f.min(),
                                    f.max(),
                                    f.runs(),
                                    f.unit(),
                                    ratio));
        }
        return String.join("\n", lines);
    }
}
