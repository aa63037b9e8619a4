package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalPostgres.Durability;
import io.tranship.servers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rows are read from a hot standby, which cancels a read when it has to apply what the read still
/// sees.
@Timeout(120)
class StandbyTest {

    private static final Path CACHE =
            Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "tranship-test-servers-" + System.getProperty("user.name"),
                    "cache");
    private static final int ROWS = 100;

    @TempDir private Path folder;
    private LocalPostgres first;
    private LocalPostgres second;
    private Database primary;
    private Database standby;
    private final Database destination = Database.fresh("destination");
    private Order order;

    @BeforeEach
    void start() throws IOException {
        first = server("first");
        first.start();
        primary = new Database(first.port(), "postgres");
        Invoices.make(primary, 5 * ROWS);
        // As long as somebody says so, it takes 6 s to read a tenant's rows.
        primary.run(
                "create table brake (on_ boolean)",
                "insert into brake values (false)",
                """
                create view slow as
                    select i.*, (select pg_sleep(case when b.on_ then 0.06 else 0 end)
                                 from brake b where i.id > 0) is null as slept
                    from invoices i
                """);
        first.stop();
        second = server("second");
        copyTree(folder.resolve("first/data"), folder.resolve("second/data"));
        Files.writeString(
                folder.resolve("second/data/postgresql.auto.conf"),
                """
                primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'
                max_standby_streaming_delay = 0
                wal_receiver_status_interval = 1
                """
                        .formatted(
                                first.port(),
                                LocalPostgres.USER,
                                Database.SERVERS.postgresPassword()),
                StandardOpenOption.APPEND);
        Files.createFile(folder.resolve("second/data/standby.signal"));
        first.start();
        second.start();
        standby = new Database(second.port(), "postgres");
        order =
                Order.between(primary, destination)
                        .from(e -> Endpoints.at(e, "127.0.0.1", second.port()))
                        .models(Order.keyed(Order.on(Order.model("invoices"), "slow"), "id"));
    }

    private LocalPostgres server(String name) {
        return new LocalPostgres(
                folder.resolve(name),
                CACHE,
                Ports.free(),
                Database.SERVERS.postgresPassword(),
                Durability.FAST);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
    }

    /// Not by positions in the log: a commit that is not waited for has no place there yet.
    private void slowDown() {
        primary.run("update brake set on_ = true");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> standby.value("select on_ from brake").equals("t"));
    }

    /// Rows that only a reader still sees are swept at the primary, and so at the standby.
    private void conflict() {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        standby.count(
                                        "pg_stat_activity where query ilike 'copy %' and state = 'active'")
                                > 0);
        primary.run("delete from invoices where org = 'org_2'", "vacuum invoices");
    }

    @Test
    void aReadThatTheStandbyCancelsIsMadeAgain() throws InterruptedException {
        slowDown();
        var results = new Results();
        var run = Thread.ofPlatform().start(() -> order.run(results));
        conflict();
        primary.run("update brake set on_ = false");
        run.join();

        assertThat(
                        standby.value(
                                "select confl_snapshot > 0 from pg_stat_database_conflicts where datname = current_database()"))
                .isEqualTo("t");
        assertThat(results.only().error()).isNull();
        assertThat(results.receipt().basis()).isEqualTo(WatermarkBasis.LOOKBACK);
        assertThat(results.receipt().rowsRead()).isEqualTo(ROWS);
        Invoices.assertArrived(primary, destination);
    }

    @Test
    void aReadThatIsCancelledAgainAndAgainSaysWhatToDo() throws InterruptedException {
        slowDown();
        var results = new Results();
        var run = Thread.ofPlatform().start(() -> order.run(results));
        while (run.isAlive()) {
            primary.run(
                    "insert into invoices select 1000000 + i, 'org_2' from generate_series(1, 50) i",
                    "delete from invoices where id > 1000000",
                    "vacuum invoices");
        }

        assertThat(results.only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.error().code()).isEqualTo(ErrorCode.SOURCE_CONFLICT.code());
        assertThat(results.error().message()).contains("hot_standby_feedback");
    }
}
