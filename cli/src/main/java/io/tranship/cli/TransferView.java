package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/// Transfers as text.
record TransferView(Terminal terminal) {

    /// One table of many.
    List<String> table(JsonNode transfers, Instant now) {
        var table =
                new TextTable(
                        "TRANSFER", "STATUS", "DESTINATION", "KIND", "SUBMITTED", "ROWS", "TIME");
        for (var transfer : transfers) {
            table.add(
                    transfer.path("id").asText(),
                    transfer.path("status").asText(),
                    transfer.path("destination_name").asText(),
                    transfer.path("kind").asText(),
                    moment(transfer.path("submitted_at")),
                    Words.count(transfer.path("rows_transferred").asLong()),
                    Words.age(transfer, now));
        }
        return table.lines();
    }

    /// How one ended, after its progress was seen.
    void outcome(JsonNode transfer) {
        var status = transfer.path("status").asText();
        terminal.say(
                "%s  %s rows in %s"
                        .formatted(
                                terminal.ofStatus(status, status),
                                Words.count(transfer.path("rows_transferred").asLong()),
                                Words.age(transfer, Instant.EPOCH)));
        errors(transfer);
    }

    private void errors(JsonNode transfer) {
        if (!Words.reason(transfer).isEmpty()) {
            terminal.say("  " + Words.reason(transfer));
        }
        for (var result : transfer.path("model_results")) {
            if (!Words.reason(result).isEmpty()) {
                terminal.say(
                        "  %s: %s".formatted(result.path("model").asText(), Words.reason(result)));
            }
        }
    }

    /// All of one, with its history.
    void all(JsonNode transfer, JsonNode facts, Instant now) {
        var status = transfer.path("status").asText();
        terminal.say("transfer     " + transfer.path("id").asText());
        terminal.say("status       " + terminal.ofStatus(status, status));
        field("kind", transfer.path("kind"));
        field("destination", transfer.path("destination_name"));
        field("submitted", transfer.path("submitted_at"));
        field("started", transfer.path("started_at"));
        field("ended", transfer.path("ended_at"));
        terminal.say("time         " + Words.age(transfer, now));
        terminal.say("rows         " + Words.count(transfer.path("rows_transferred").asLong()));
        var worker = transfer.path("worker");
        if (worker.isObject()) {
            terminal.say(
                    "worker       %s on %s, process %s"
                            .formatted(
                                    worker.path("launcher").asText(),
                                    worker.path("host").asText(),
                                    worker.path("pid").asText("?")));
        }
        if (!Words.blocker(transfer).isEmpty()) {
            terminal.say("waiting      " + Words.blocker(transfer));
        }
        errors(transfer);
        models(transfer);
        history(facts);
    }

    private void models(JsonNode transfer) {
        if (transfer.path("model_results").isEmpty()) {
            return;
        }
        var table =
                new TextTable(
                        "MODEL", "OUTCOME", "READ", "WRITTEN", "APPLIED", "DELETED", "CURSOR");
        for (var result : transfer.path("model_results")) {
            table.add(
                    result.path("model").asText(),
                    result.path("outcome").asText(),
                    Words.count(result.path("rows_read").asLong()),
                    Words.count(result.path("rows_written").asLong()),
                    Words.count(result.path("rows_applied").asLong()),
                    Words.count(result.path("rows_deleted").asLong()),
                    result.path("cursor_to").asText(""));
        }
        terminal.say("");
        table.lines().forEach(terminal::say);
    }

    private void history(JsonNode facts) {
        var table = new TextTable("AT", "FACT", "");
        for (var fact : facts.path("items")) {
            table.add(
                    fact.path("appended_at").asText(),
                    fact.path("type").asText(),
                    fact.path("void").asBoolean() ? "void" : "");
        }
        terminal.say("");
        table.lines().forEach(terminal::say);
    }

    private void field(String name, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull()) {
            terminal.say("%-12s %s".formatted(name, value.asText()));
        }
    }

    /// To the second: a list is for comparing.
    private static String moment(JsonNode time) {
        var text = time.asText("");
        return text.length() > 19 ? text.substring(0, 19) + "Z" : text;
    }
}
