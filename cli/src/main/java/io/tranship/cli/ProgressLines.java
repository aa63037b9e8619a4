package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Transfers as lines: one for each model with a bar, one alone while no model is known.
///
/// Pure: what a service said and the time give the lines.
record ProgressLines(Terminal terminal) {

    private static final int BAR = 20;

    List<String> of(List<JsonNode> transfers, Instant now) {
        var lines = new ArrayList<String>();
        for (var transfer : transfers) {
            lines.addAll(of(transfer, now));
        }
        return lines;
    }

    private List<String> of(JsonNode transfer, Instant now) {
        var name = "%-16s".formatted(transfer.path("destination_name").asText("…"));
        var status = transfer.path("status").asText("PENDING");
        var models = models(transfer);
        if (models.isEmpty() || (status.equals("PENDING") && !Words.blocker(transfer).isEmpty())) {
            return List.of(
                    clipped(
                            "%s %-9s %s %s"
                                    .formatted(
                                            name,
                                            status,
                                            Words.age(transfer, now),
                                            Words.blocker(transfer)),
                            status));
        }
        return models.stream().map(model -> ofModel(name, transfer, model, now)).toList();
    }

    private String ofModel(String name, JsonNode transfer, String model, Instant now) {
        var result = named(transfer.path("model_results"), model);
        var progress = named(transfer.path("progress").path("models"), model);
        var outcome =
                result.map(r -> r.path("outcome").asText())
                        .orElseGet(() -> transfer.path("status").asText());
        var rows =
                result.map(r -> r.path("rows_written").asLong())
                        .or(() -> progress.map(p -> p.path("rows").asLong()))
                        .orElse(0L);
        var share = result.isPresent() ? 1 : progress.map(ProgressLines::share).orElse(0.0);
        return clipped(
                "%s %-14s %s %12s rows  %-9s %s"
                        .formatted(
                                name,
                                model,
                                bar(share),
                                Words.count(rows),
                                outcome,
                                Words.age(transfer, now)),
                outcome);
    }

    /// The part of the chunks that are done; while their number is unknown, none.
    private static double share(JsonNode progress) {
        var total = progress.path("chunks_total").asInt();
        return total == 0
                ? 0
                : Math.clamp((double) progress.path("chunks_done").asInt() / total, 0, 1);
    }

    private String bar(double share) {
        var full = (int) Math.round(share * BAR);
        return terminal.isUnicode()
                ? "█".repeat(full) + "░".repeat(BAR - full)
                : "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
    }

    private String clipped(String line, String status) {
        return terminal.ofStatus(status, terminal.clipped(line.stripTrailing()));
    }

    private static Set<String> models(JsonNode transfer) {
        var names = new LinkedHashSet<String>();
        transfer.path("models").forEach(model -> names.add(model.asText()));
        transfer.path("progress").path("models").forEach(m -> names.add(m.path("model").asText()));
        transfer.path("model_results").forEach(m -> names.add(m.path("model").asText()));
        return names;
    }

    private static Optional<JsonNode> named(JsonNode list, String model) {
        for (var one : list) {
            if (one.path("model").asText().equals(model)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
