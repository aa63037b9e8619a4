package io.tranship.systemtests;

import io.tranship.servers.Ports;
import io.tranship.servers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All four services as processes, on the tests' servers, with databases and topics of their own.
final class Fleet implements AutoCloseable {

    private final TestServers servers;
    private final @Nullable OwnServers own;
    private final String topicPrefix;
    private final Path folder;
    private final List<Warehouse> databases = new ArrayList<>();
    private final Map<Part, ServiceProcess> services = new EnumMap<>(Part.class);
    private final Api api;

    private Fleet(
            TestServers servers,
            @Nullable OwnServers own,
            String topicPrefix,
            Path folder,
            Function<Part, Map<String, String>> settings) {
        this.servers = servers;
        this.own = own;
        this.topicPrefix = topicPrefix;
        this.folder = folder;
        var ports = new EnumMap<Part, Integer>(Part.class);
        for (var part : Part.values()) {
            var port = Ports.free();
            ports.put(part, port);
            services.put(
                    part,
                    new ServiceProcess(part, port, settingsOf(part, settings.apply(part)), folder));
        }
        this.api = new Api(ports.get(Part.STATUS), ports.get(Part.SCHEDULER));
    }

    /// @param settings environment variables for every service, on top of the defaults
    static Fleet start(Map<String, String> settings) {
        var servers = TestServers.get();
        return new Fleet(servers, null, servers.newTopicPrefix(), newFolder(), _ -> settings)
                .startServices();
    }

    /// As [#start], with a broker and a database that the test may kill.
    static Fleet startOnServersOfItsOwn(Map<String, String> settings) {
        var folder = newFolder();
        var own = OwnServers.start(folder, null);
        var servers = own.asTestServers();
        return new Fleet(servers, own, servers.newTopicPrefix(), folder, _ -> settings)
                .startServices();
    }

    /// As [#startOnServersOfItsOwn], with the topics' usual names, and each service logs in at the
    /// broker as in production.
    static Fleet startGuarded(GuardedBroker guarded, Path folder) {
        var own = OwnServers.start(folder, guarded.guard());
        var servers = own.asTestServers();
        guarded.letIn(servers.kafkaBootstrap());
        servers.createTopics(GuardedBroker.TOPIC_PREFIX);
        return new Fleet(servers, own, GuardedBroker.TOPIC_PREFIX, folder, guarded::settings)
                .startServices();
    }

    private Fleet startServices() {
        try {
            services.values().forEach(ServiceProcess::start);
            services.values().forEach(ServiceProcess::awaitReady);
            return this;
        } catch (Throwable trouble) {
            close();
            throw trouble;
        }
    }

    Api api() {
        return api;
    }

    ServiceProcess service(Part part) {
        return services.get(part);
    }

    String topicPrefix() {
        return topicPrefix;
    }

    String bootstrap() {
        return servers.kafkaBootstrap();
    }

    /// Logs of the services, and whatever they keep on disk.
    Path folder() {
        return folder;
    }

    Shop newShop(String label, List<String> tenants) {
        return newShop(label, tenants, Map.of(), Map.of());
    }

    /// A shop with its tables, in the catalog.
    Shop newShop(
            String label,
            List<String> tenants,
            Map<String, Object> limits,
            Map<String, Object> destinationLimits) {
        var shop = new Shop(label, newDatabase("app"), newDatabase("customer"));
        shop.createTables();
        var answer = api.putCatalog(shop.catalog(tenants, limits, destinationLimits));
        if (answer.code() != 200) {
            throw new IllegalStateException("catalog of " + label + ": " + answer);
        }
        return shop;
    }

    Warehouse newDatabase(String hint) {
        return new Warehouse(
                servers.postgresHost(),
                servers.postgresPort(),
                servers.newDatabase(hint),
                servers.postgresUser(),
                servers.postgresPassword());
    }

    void killBrokerAndRestart() {
        var kafka = Objects.requireNonNull(own).kafka();
        kafka.kill();
        kafka.start();
    }

    void killDatabaseAndRestart() {
        var postgres = Objects.requireNonNull(own).postgres();
        postgres.kill();
        postgres.start();
    }

    /// Keeps a copy of every control database; the services that use them are down.
    void backUp() {
        databases.forEach(d ->
                administration()
                        .run("create database %1$s_backup template %1$s".formatted(d.database())));
    }

    /// Puts back what [#backUp] kept; whatever was written since is lost.
    void restore() {
        for (var database : databases) {
            var name = database.database();
            administration().run("drop database %s with (force)".formatted(name));
            administration().run("alter database %1$s_backup rename to %1$s".formatted(name));
        }
    }

    private Warehouse administration() {
        return new Warehouse(
                servers.postgresHost(),
                servers.postgresPort(),
                "postgres",
                servers.postgresUser(),
                servers.postgresPassword());
    }

    /// Another broker in the place of the old one: the topics are there, and empty.
    void replaceBroker() {
        Objects.requireNonNull(own).replaceBroker(folder);
        servers.createTopics(topicPrefix);
    }

    void stop(Part... parts) {
        List.of(parts).forEach(part -> service(part).terminate());
        List.of(parts).forEach(part -> service(part).awaitEnd());
    }

    void start(Part... parts) {
        List.of(parts).forEach(part -> service(part).start());
        List.of(parts).forEach(part -> service(part).awaitReady());
    }

    /// Every row of every table of the services' databases, as text.
    List<String> controlTables() {
        var rows = new ArrayList<String>();
        for (var database : databases) {
            var tables =
                    database.texts(
                            """
                            select format('%I.%I', schemaname, tablename) from pg_tables
                             where schemaname not in ('pg_catalog', 'information_schema')
                            """);
            for (var table : tables) {
                rows.addAll(database.texts("select t::text from %s t".formatted(table)));
            }
        }
        return rows;
    }

    /// Until closed, whatever reads the shop's tables waits.
    Hold hold(Shop shop) {
        try {
            var connection = shop.source().connect();
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("lock table customers, invoices in access exclusive mode");
            }
            return new Hold(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    record Hold(Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        services.values().forEach(ServiceProcess::terminate);
        services.values().forEach(ServiceProcess::awaitEnd);
        if (own != null) {
            own.close();
        }
    }

    private Map<String, String> settingsOf(Part part, Map<String, String> more) {
        var settings = new HashMap<String, String>();
        settings.put("TRANSHIP_KAFKA", servers.kafkaBootstrap());
        settings.put("TRANSHIP_TOPIC_PREFIX", topicPrefix);
        settings.put("TRANSHIP_DB_HOST", servers.postgresHost());
        settings.put("TRANSHIP_DB_PORT", Integer.toString(servers.postgresPort()));
        settings.put("TRANSHIP_DB_USER", servers.postgresUser());
        settings.put("TRANSHIP_DB_PASSWORD", servers.postgresPassword());
        settings.put("TRANSHIP_FLEET_KEY_FILE", folder.resolve("fleet.key").toString());
        settings.put("TRANSHIP_RUNNER_SCRATCH", folder.resolve("scratch").toString());
        settings.put(
                "TRANSHIP_RUNNER_AOT_FOLDER",
                ServiceProcess.root().resolve("system-tests/target/aot").toString());
        if (part != Part.WORKER) {
            var database = newDatabase(part.shortName());
            databases.add(database);
            settings.put("TRANSHIP_DB_NAME", database.database());
        }
        settings.putAll(more);
        return settings;
    }

    static Path newFolder() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(
                            ServiceProcess.root().resolve("system-tests/target/fleets")),
                    "fleet");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
