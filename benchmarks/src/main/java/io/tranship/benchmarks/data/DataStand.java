package io.tranship.benchmarks.data;

import com.sun.management.OperatingSystemMXBean;
import io.tranship.benchmarks.Cpu;
import io.tranship.benchmarks.Db;
import io.tranship.benchmarks.Stand;
import io.tranship.schemas.Topics;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A source and a destination on servers of their own, the broker, and worker-service with its
/// default settings.
final class DataStand implements AutoCloseable {

    static final String SOURCE = "app";
    static final String DESTINATION = "warehouse";
    static final String PASSWORD = Stand.PASSWORD;

    /// Where rivals load to.
    static final String LANDING = "landing.invoices";

    /// What launchers resolve the password by.
    static final String PASSWORD_VARIABLE = "TRANSHIP_BENCH_PASSWORD";

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double REST_SECONDS = 0.05;
    private static final int LOOKS_MAX = 60;

    private final Stand stand;
    private final LocalPostgres destination;
    private final Topics topics;
    private final TenantSet set;
    private final LocalService launcher;

    DataStand(Path root, TenantSet set) throws IOException, SQLException {
        this.stand = new Stand(root);
        this.set = set;
        this.destination = stand.another("destination");
        stand.newDatabase(SOURCE);
        try (var connection = destination.connect("postgres")) {
            Db.run(connection, "create database " + DESTINATION);
        }
        for (var server : List.of(sourceServer(), destination)) {
            quiet(server);
        }
        try (var connection = source()) {
            set.make(connection);
        }
        this.topics = stand.topics("data.");
        this.launcher = launch();
    }

    /// Its turn comes at no certain time, and falls on one measurement and not on the other. What
    /// is carried from and to is vacuumed and analysed by hand instead.
    private static void quiet(LocalPostgres server) throws SQLException {
        try (var connection = server.connect("postgres")) {
            Db.run(connection, "alter system set autovacuum = off");
            if (Boolean.getBoolean("tranship.bench.profile")) {
                Db.run(connection, "alter system set log_min_duration_statement = 0");
                Db.run(connection, "alter system set log_line_prefix = '%m [%p] %a '");
            }
            Db.run(connection, "select pg_reload_conf()");
        }
    }

    private LocalService launch() throws IOException {
        var own = stand.folder();
        var settings = new HashMap<String, String>();
        settings.put(PASSWORD_VARIABLE, PASSWORD);
        settings.put("TRANSHIP_FLEET_KEY_FILE", own.resolve("fleet.key").toString());
        settings.put("TRANSHIP_RUNNER_SCRATCH", own.resolve("scratch").toString());
        settings.put("TRANSHIP_RUNNER_AOT_FOLDER", own.resolve("aot").toString());
        var options = System.getProperty("tranship.bench.runner-options");
        if (options != null) {
            settings.put("TRANSHIP_RUNNER_JVM_OPTIONS", options);
        }
        return stand.service("worker-service", "worker", topics.prefix(), settings);
    }

    TenantSet set() {
        return set;
    }

    String bootstrap() {
        return stand.bootstrap();
    }

    Topics topics() {
        return topics;
    }

    Path log(String name) {
        return stand.folder().resolve(name + ".log");
    }

    LocalPostgres sourceServer() {
        return stand.postgres();
    }

    LocalPostgres destinationServer() {
        return destination;
    }

    Connection source() throws SQLException {
        return stand.connect(SOURCE);
    }

    Connection destination() throws SQLException {
        return destination.connect(DESTINATION);
    }

    /// With inserts of a batch rewritten to inserts of many rows.
    Connection destinationRewriting() throws SQLException {
        var properties = new Properties();
        properties.put("user", LocalPostgres.USER);
        properties.put("password", PASSWORD);
        properties.put("reWriteBatchedInserts", "true");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(destination.port(), DESTINATION),
                properties);
    }

    Cpu sourceCpu() {
        return stand.databaseCpu();
    }

    Cpu destinationCpu() {
        return new Cpu(destination.pid());
    }

    /// Broker, launcher and all its runners.
    double controlSeconds() {
        return stand.brokerCpu().seconds() + new Cpu(launcher.pid()).seconds();
    }

    /// Processor seconds of this process, without its children.
    static double ownSeconds() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / NANOS_PER_SECOND;
    }

    /// Nothing of an earlier turn is left at the destination.
    void clear(String schema) throws SQLException, InterruptedException {
        try (var connection = destination()) {
            Db.run(connection, "drop schema if exists %s cascade".formatted(schema));
            Db.run(connection, "create schema " + schema);
        }
        rest();
    }

    /// The table that rivals load into, as Tranship makes its own.
    void makeLanding() throws SQLException {
        try (var connection = destination()) {
            TenantSet.makeTable(connection, LANDING);
        }
    }

    /// What was written is on disk, and all servers and warm runners wait.
    void rest() throws SQLException, InterruptedException {
        try (var connection = destination()) {
            Db.run(connection, "checkpoint");
        }
        for (var look = 0; look < LOOKS_MAX; look++) {
            var before = allSeconds();
            TimeUnit.MILLISECONDS.sleep(500);
            if (allSeconds() - before <= REST_SECONDS) {
                return;
            }
        }
    }

    private double allSeconds() {
        return Stream.of(sourceCpu(), destinationCpu()).mapToDouble(Cpu::seconds).sum()
                + controlSeconds();
    }

    @Override
    public void close() throws IOException {
        launcher.stop();
        destination.stop();
        stand.close();
    }
}
