package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;

/// The main job end to end: history to each tenant's own database, then what changed, then every
/// row compared.
final class Demo {

    private final Terminal terminal;
    private final boolean isJson;
    private final Api api;
    private final DemoDatabases databases;
    private final DemoCatalog catalog;

    /// @param port of the PostgreSQL that holds the demo's databases
    Demo(Terminal terminal, boolean isJson, Api api, DemoDatabases databases, int port) {
        this.terminal = terminal;
        this.isJson = isJson;
        this.api = api;
        this.databases = databases;
        this.catalog = new DemoCatalog(port, databases.password());
    }

    /// @return whether every transfer succeeded and every row is where it belongs
    boolean run() throws SQLException {
        step(
                "making a source with %d tenants and a database for each"
                        .formatted(DemoTenant.ALL.size()));
        databases.make();
        step("applying the catalog");
        api.putCatalog(catalog.json(), false).orRefuse();
        step("backfills: all history");
        var backfills = transfer();
        var changed = databases.change();
        step("incrementals: %s rows changed or added".formatted(Words.count(changed)));
        var incrementals = transfer();
        step("comparing every row");
        return summary(backfills, incrementals);
    }

    private List<JsonNode> transfer() {
        var asked = new LinkedHashMap<String, String>();
        for (var tenant : DemoTenant.ALL) {
            asked.put(api.ask(tenant.destination(), Json.object()), tenant.destination());
        }
        var view = new ProgressView(terminal);
        return new Follower(api, InstantSource.system())
                .follow(
                        asked,
                        (known, now) -> {
                            if (!isJson) {
                                view.show(known, now);
                            }
                        });
    }

    private boolean summary(List<JsonNode> backfills, List<JsonNode> incrementals)
            throws SQLException {
        var table =
                new TextTable(
                        "DESTINATION",
                        "BACKFILL",
                        "ROWS",
                        "TIME",
                        "INCREMENTAL",
                        "ROWS",
                        "TIME",
                        "AT DESTINATION",
                        "CHECK");
        var json = Json.object();
        var results = json.putArray("destinations");
        var isGood = true;
        for (var i = 0; i < DemoTenant.ALL.size(); i++) {
            var tenant = DemoTenant.ALL.get(i);
            var verdict = compared(tenant);
            var backfill = backfills.get(i);
            var incremental = incrementals.get(i);
            isGood &= verdict.isIdentical() && succeeded(backfill) && succeeded(incremental);
            table.add(
                    tenant.destination(),
                    status(backfill),
                    rows(backfill),
                    Words.age(backfill, Instant.EPOCH),
                    status(incremental),
                    rows(incremental),
                    Words.age(incremental, Instant.EPOCH),
                    Words.count(verdict.rows()) + " rows",
                    verdict.isIdentical() ? "identical" : "DIFFERENT");
            results.add(json(tenant, backfill, incremental, verdict));
        }
        json.put("success", isGood);
        if (isJson) {
            terminal.say(json.toString());
        } else {
            terminal.say("");
            table.lines().forEach(terminal::say);
            terminal.say("");
            reasons(backfills);
            reasons(incrementals);
        }
        return isGood;
    }

    /// A table that never came to be is a difference, and the transfer says why.
    private RowComparison.Verdict compared(DemoTenant tenant) {
        try {
            return new RowComparison(databases.postgres()).of(tenant);
        } catch (SQLException e) {
            terminal.complain("%s: %s".formatted(tenant.destination(), e.getMessage()));
            return new RowComparison.Verdict(0, false);
        }
    }

    private void reasons(List<JsonNode> transfers) {
        for (var transfer : transfers) {
            if (!succeeded(transfer)) {
                terminal.say(
                        "transfer %s to %s: %s %s"
                                .formatted(
                                        transfer.path("id").asText(),
                                        transfer.path("destination_name").asText(),
                                        status(transfer),
                                        Words.reason(transfer)));
            }
        }
    }

    private static ObjectNode json(
            DemoTenant tenant,
            JsonNode backfill,
            JsonNode incremental,
            RowComparison.Verdict verdict) {
        var json = Json.object().put("destination", tenant.destination());
        json.set("backfill", backfill);
        json.set("incremental", incremental);
        return json.put("rows", verdict.rows()).put("identical", verdict.isIdentical());
    }

    private static boolean succeeded(JsonNode transfer) {
        return status(transfer).equals("SUCCESS");
    }

    private static String status(JsonNode transfer) {
        return transfer.path("status").asText();
    }

    private static String rows(JsonNode transfer) {
        return Words.count(transfer.path("rows_transferred").asLong());
    }

    private void step(String what) {
        if (!isJson) {
            terminal.say(terminal.strong(what));
        }
    }
}
