package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// The demo's catalog, as a user would write it. Its schedule is off, so that only the demo asks
/// for transfers.
record DemoCatalog(int port, String password) {

    static final List<String> TABLES = List.of("customers", "invoices");
    private static final String SOURCE = "demo-app";

    static String model(String table) {
        return "demo_" + table;
    }

    JsonNode json() {
        var catalog = Json.object();
        var source = catalog.putArray("sources").addObject();
        source.put("name", SOURCE).put("vendor", "postgres");
        source.set("postgres", postgres(DemoDatabases.SOURCE, "public"));
        var models = catalog.putArray("models");
        TABLES.forEach(table -> models.add(modelOf(table)));
        var recipients = catalog.putArray("recipients");
        var destinations = catalog.putArray("destinations");
        for (var tenant : DemoTenant.ALL) {
            recipients
                    .addObject()
                    .put("name", tenant.destination())
                    .put("tenant_id", tenant.tenant());
            destinations.add(destination(tenant));
        }
        return catalog;
    }

    private static ObjectNode modelOf(String table) {
        var model = Json.object().put("name", model(table)).put("source", SOURCE);
        model.put("table", table).put("last_modified", "updated_at");
        model.putObject("tenancy").put("column", "organization_id");
        model.putArray("primary_key").add("id");
        return model;
    }

    private ObjectNode destination(DemoTenant tenant) {
        var destination = Json.object().put("name", tenant.destination());
        destination.put("recipient", tenant.destination()).put("vendor", "postgres");
        destination.set("postgres", postgres(tenant.name(), RowComparison.SCHEMA));
        TABLES.forEach(table -> destination.withArray("models").add(model(table)));
        return destination.put("enabled", false);
    }

    private ObjectNode postgres(String database, String schema) {
        return Json.object()
                .put("host", "127.0.0.1")
                .put("port", port)
                .put("database", database)
                .put("schema", schema)
                .put("username", database)
                .put("password", password);
    }
}
