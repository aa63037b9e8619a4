package io.tranship.simulation;

import io.tranship.dispatch.Ledger;
import io.tranship.servers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;

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

    /// As the migrations left them.
    static void empty(Database database) {
        var tables = new ArrayList<String>();
        database.rows("select tablename from pg_tables where schemaname = 'public' order by 1")
                .forEach(row -> tables.add((String) row[0]));
        database.execute(
                "truncate %s restart identity cascade".formatted(String.join(", ", tables)));
        database.execute("insert into epoch (last) values (0)");
        database.execute("insert into catalog_version (version, revision) values (0, 0)");
    }
}
