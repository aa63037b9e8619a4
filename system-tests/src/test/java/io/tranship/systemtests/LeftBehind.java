package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// What transfers made for a while is gone once all have ended, however they did.
final class LeftBehind {

    /// As many as a launcher keeps ready for the next transfers.
    private static final int WARM = 2;

    private static final Duration SOME_TIME = Duration.ofMinutes(1);

    private LeftBehind() {}

    static void assertNothingIsLeftBehind(Fleet fleet, Shop shop, List<String> tenants) {
        assertThat(beside(shop.target())).isEmpty();
        for (var tenant : tenants) {
            var unfinished =
                    shop.target()
                            .number(
                                    "select (select count(*) from %1$s._tranship_chunk) + count(*) from %1$s._tranship_model where loading is not null"
                                            .formatted(tenant));
            assertThat(unfinished).as(tenant).isZero();
        }
        for (var database : List.of(shop.source(), shop.target())) {
            assertThat(ofSessions(database)).as(database.database()).isEmpty();
        }
        Awaitility.await("runners and their folders, but for those that are kept ready")
                .atMost(SOME_TIME)
                .untilAsserted(() -> {
                    assertThat(runners(fleet)).hasSizeLessThanOrEqualTo(WARM);
                    assertThat(folders(fleet)).hasSizeLessThanOrEqualTo(WARM);
                });
    }

    /// No refresh was asked for, so that nothing is kept to be undone.
    private static List<String> beside(Warehouse database) {
        return database.texts(
                "select schemaname || '.' || tablename from pg_tables where tablename ~ '^_tranship_[gu]_'");
    }

    private static List<String> ofSessions(Warehouse database) {
        return database.texts(
                """
                select 'temporary table ' || c.relname from pg_class c
                join pg_namespace n on n.oid = c.relnamespace where n.nspname ~ '^pg_(toast_)?temp'
                union all
                select 'advisory lock of ' || pid from pg_locks
                where locktype = 'advisory'
                  and database = (select oid from pg_database where datname = current_database())
                union all
                select 'session ' || application_name from pg_stat_activity
                where datname = current_database() and application_name like 'tranship:%'
                """);
    }

    private static List<String> runners(Fleet fleet) {
        var scratch = fleet.folder().resolve("scratch").toString();
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine())
                .flatMap(Optional::stream)
                .filter(command -> command.contains("-Djava.io.tmpdir=" + scratch))
                .toList();
    }

    /// Also those of launchers that were killed.
    private static List<Path> folders(Fleet fleet) {
        try (Stream<Path> all = Files.walk(fleet.folder().resolve("scratch"), 2)) {
            return all.filter(path -> path.getFileName().toString().startsWith("run-")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
