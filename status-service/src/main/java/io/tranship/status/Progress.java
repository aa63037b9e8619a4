package io.tranship.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a transfer is, over all its models.
///
/// @param chunksTotal 0 while a model's is unknown
/// @param etaLow earliest end that the pace so far lets expect; null while nothing can be said
/// @param etaHigh latest end of that kind: no promise
record Progress(
        long rows,
        long bytes,
        int chunksDone,
        int chunksTotal,
        @Nullable Double rowsPerSecond,
        @Nullable Instant etaLow,
        @Nullable Instant etaHigh,
        List<OfModel> models) {

    /// How far one model is.
    record OfModel(String model, long rows, long bytes, int chunksDone, int chunksTotal) {}

    /// Chunks differ in size and models in width: the rest may go a quarter faster, or take twice
    /// as long.
    private static final double FASTER = 0.75;

    private static final double SLOWER = 2;

    static @Nullable Progress of(Beat beat, @Nullable Instant startedAt, boolean isOver) {
        var at = beat.progressAt();
        if (beat.progress().isEmpty() || at == null) {
            return null;
        }
        var models =
                beat.progress().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> ofModel(entry.getKey(), entry.getValue()))
                        .toList();
        var rows = models.stream().mapToLong(OfModel::rows).sum();
        var done = models.stream().mapToInt(OfModel::chunksDone).sum();
        var total =
                models.stream().anyMatch(model -> model.chunksTotal() == 0)
                        ? 0
                        : models.stream().mapToInt(OfModel::chunksTotal).sum();
        var elapsed = startedAt == null ? Duration.ZERO : Duration.between(startedAt, at);
        var rest = isOver ? null : rest(elapsed, done, total);
        return new Progress(
                rows,
                models.stream().mapToLong(OfModel::bytes).sum(),
                done,
                total,
                elapsed.isPositive()
                        ? Math.round(rows * 10_000.0 / elapsed.toMillis()) / 10.0
                        : null,
                rest == null ? null : at.plusMillis((long) (rest * FASTER)),
                rest == null ? null : at.plusMillis((long) (rest * SLOWER)),
                models);
    }

    private static OfModel ofModel(String model, Beat.ModelProgress p) {
        return new OfModel(model, p.rows(), p.bytes(), p.chunksDone(), p.chunksTotal());
    }

    /// Milliseconds that the remaining chunks take at the pace of those done.
    private static @Nullable Double rest(Duration elapsed, int done, int total) {
        return done <= 0 || total <= 0 || elapsed.toMillis() <= 0
                ? null
                : (Double) ((double) elapsed.toMillis() * Math.max(0, total - done) / done);
    }
}
