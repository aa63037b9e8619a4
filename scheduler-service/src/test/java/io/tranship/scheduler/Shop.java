package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.object;

import io.tranship.servers.TestServers;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A vendor's database with one table, a recipient's database, and the catalog file for both. All
/// names are its own, as tests share one catalog.
final class Shop {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final TestServers servers = TestServers.get();
    private final String name = "s" + NUMBERS.incrementAndGet();
    private final String source = servers.newDatabase("source");
    private final String target = servers.newDatabase("target");

    Shop() {
        run(
                source,
                """
                create table invoices (
                    id bigint primary key, organization_id text not null, total numeric, updated_at timestamptz not null);
                create index on invoices (organization_id, updated_at);
                """);
    }

    String source() {
        return name + "-app";
    }

    String model() {
        return name + "_invoices";
    }

    String recipient() {
        return name + "-acme";
    }

    String destination() {
        return name + "-warehouse";
    }

    String path() {
        return "/destinations/" + destination();
    }

    Map<String, Object> file() {
        return file(false);
    }

    Map<String, Object> file(boolean enabled) {
        return object(
                "sources", List.of(sourceThing()),
                "models", List.of(modelThing()),
                "recipients", List.of(object("name", recipient(), "tenant_id", "org_1")),
                "destinations", List.of(destinationThing(enabled)));
    }

    Map<String, Object> sourceThing() {
        return object(
                "name", source(), "vendor", "postgres", "postgres", postgres(source, "public"));
    }

    Map<String, Object> modelThing() {
        var model = new LinkedHashMap<>(CatalogFile.model(model()));
        model.put("source", source());
        model.put("table", "invoices");
        return model;
    }

    Map<String, Object> destinationThing(boolean enabled) {
        return object(
                "name", destination(),
                "recipient", recipient(),
                "vendor", "postgres",
                "postgres", postgres(target, "vendor_data"),
                "models", List.of(model()),
                "enabled", enabled);
    }

    private Map<String, Object> postgres(String database, String schema) {
        return object(
                "host", servers.postgresHost(),
                "port", servers.postgresPort(),
                "database", database,
                "schema", schema,
                "username", servers.postgresUser(),
                "password", servers.postgresPassword());
    }

    void runAtSource(String sql) {
        run(source, sql);
    }

    private void run(String database, String sql) {
        try (var connection =
                        DriverManager.getConnection(
                                servers.jdbcUrl(database),
                                servers.postgresUser(),
                                servers.postgresPassword());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot run " + sql, e);
        }
    }
}
