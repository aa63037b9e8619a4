package io.tranship.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tranship.schemas.Topics;
import io.tranship.servers.LocalKafka;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalService;
import io.tranship.servers.Ports;
import io.tranship.servers.TopicSetup;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The broker and the database that everything in one run is measured on, as durable as `tranship
/// up` makes them.
public final class Stand implements AutoCloseable {

    public static final String PASSWORD = "benchmark";

    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private static final boolean PROFILED = Boolean.getBoolean("tranship.bench.profile");

    private static final String COSTLY =
            """
            select format('%s %s calls, %s ms, %s ms each, %s rows each, %s buffers each: %s',
                d.datname, s.calls, round(s.total_exec_time), round(cast(s.mean_exec_time as numeric), 3),
                s.rows / s.calls, (s.shared_blks_hit + s.shared_blks_read) / s.calls,
                left(regexp_replace(s.query, '\\s+', ' ', 'g'), 160))
            from pg_stat_statements s join pg_database d on d.oid = s.dbid
            where d.datname <> 'postgres'
            order by s.total_exec_time desc limit 14
            """;

    private final Path root;
    private final Path folder;
    private final LocalKafka kafka;
    private final LocalPostgres postgres;

    /// @param root of the built checkout
    public Stand(Path root) throws IOException {
        this.root = root;
        this.folder = Files.createTempDirectory("tranship-bench");
        this.kafka =
                new LocalKafka(
                        folder.resolve("kafka"),
                        Ports.free(),
                        Ports.free(),
                        ProcessHandle.current());
        this.postgres =
                new LocalPostgres(
                        folder.resolve("postgres"),
                        folder.resolve("binaries"),
                        Ports.free(),
                        PASSWORD,
                        LocalPostgres.Durability.DURABLE);
        kafka.launch();
        postgres.launch();
        kafka.awaitReady();
        postgres.awaitReady();
        // PostgreSQL does not end by itself when this process is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "stop-postgres"));
        if (PROFILED) {
            profile();
        }
    }

    /// What each statement costs, counted by the server: `-Dtranship.bench.profile=true`.
    private void profile() {
        try (var connection = connect("postgres")) {
            Db.run(
                    connection,
                    "alter system set shared_preload_libraries = 'pg_stat_statements', 'auto_explain'");
            Db.run(connection, "alter system set \"auto_explain.log_min_duration\" = '100ms'");
            Db.run(connection, "alter system set \"auto_explain.log_analyze\" = on");
            Db.run(connection, "alter system set \"auto_explain.log_buffers\" = on");
            Db.run(connection, "alter system set \"auto_explain.log_timing\" = off");
            Db.run(connection, "create extension pg_stat_statements");
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be profiled", e);
        }
        postgres.stop();
        postgres.launch();
        postgres.awaitReady();
    }

    /// The statements that cost most since the last time, and begins to count anew.
    void report(String what) throws SQLException {
        if (!PROFILED) {
            return;
        }
        try (var connection = connect("postgres")) {
            System.err.println("statements of " + what);
            Db.texts(connection, COSTLY).forEach(System.err::println);
            Db.run(connection, "select pg_stat_statements_reset()");
        }
    }

    public String bootstrap() {
        return kafka.bootstrap();
    }

    /// Where all that belongs to this run lies.
    public Path folder() {
        return folder;
    }

    public LocalPostgres postgres() {
        return postgres;
    }

    /// One more database server, as durable as the first. Whoever asked for it stops it.
    public LocalPostgres another(String name) {
        var server =
                new LocalPostgres(
                        folder.resolve(name),
                        folder.resolve("binaries"),
                        Ports.free(),
                        PASSWORD,
                        LocalPostgres.Durability.DURABLE);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop-" + name));
        return server;
    }

    public Cpu brokerCpu() {
        return new Cpu(kafka.pid());
    }

    public Cpu databaseCpu() {
        return new Cpu(postgres.pid());
    }

    public Topics topics(String prefix) {
        var topics = new Topics(prefix);
        TopicSetup.create(bootstrap(), topics);
        return topics;
    }

    public Connection connect(String database) throws SQLException {
        return postgres.connect(database);
    }

    public void newDatabase(String name) throws SQLException {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
    }

    HikariDataSource pool(String database, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.port(), database));
        config.setUsername(LocalPostgres.USER);
        config.setPassword(PASSWORD);
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    /// A service as its own process, started and ready, from a copy: a build may replace the
    /// original at any time.
    public LocalService service(
            String name, String database, String prefix, Map<String, String> more)
            throws IOException {
        var app = folder.resolve(database + "-app");
        copy(root.resolve(name).resolve("target/quarkus-app"), app);
        var port = Ports.free();
        var settings = new HashMap<String, String>();
        settings.put("TRANSHIP_KAFKA", bootstrap());
        settings.put("TRANSHIP_TOPIC_PREFIX", prefix);
        settings.put("TRANSHIP_HTTP_PORT", Integer.toString(port));
        settings.put("TRANSHIP_DB_HOST", "127.0.0.1");
        settings.put("TRANSHIP_DB_PORT", Integer.toString(postgres.port()));
        settings.put("TRANSHIP_DB_NAME", database);
        settings.put("TRANSHIP_DB_USER", LocalPostgres.USER);
        settings.put("TRANSHIP_DB_PASSWORD", PASSWORD);
        settings.putAll(more);
        var log = folder.resolve(database + ".log");
        var service =
                new LocalService(
                        name, app, port, settings, log, ProcessHandle.current(), STOP_LIMIT);
        service.launch();
        service.awaitReady();
        return service;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        kafka.stop();
        postgres.stop();
        if (Boolean.getBoolean("tranship.bench.keep")) {
            Progress.say("logs and data are kept in " + folder);
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path emptied, @Nullable IOException trouble) throws IOException {
                        Files.deleteIfExists(emptied);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
