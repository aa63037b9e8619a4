package io.tranship.simulation;

import io.tranship.dispatch.Ledger;
import io.tranship.servers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/// The ledger's database: made by its own migrations, emptied between seeds.
public final class Tables {

    private Tables() {}

    public static Database make() {
        var servers = TestServers.get();
        try {
            var database =
                    new Database(
                            servers.jdbcUrl(servers.newDatabase("simulation")),
                            servers.postgresUser(),
                            servers.postgresPassword());
            database.execute(text("db/outbox/V0_1__inbox_and_outbox.sql"));
            Ledger.migrations().forEach(database::execute);
            return database;
        } catch (SQLException e) {
            throw new IllegalStateException("the simulation needs a database", e);
        }
    }

    private static String text(String name) {
        try (var stream = Tables.class.getClassLoader().getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void empty(Database database) {
        database.execute(
                """
                truncate transfer, queue, dispatched, slot, freed, launcher, catalog_copy, outbox, inbox restart identity;
                update epoch set last = 0;
                update catalog_version set version = 0, revision = 0;
                """);
    }
}
