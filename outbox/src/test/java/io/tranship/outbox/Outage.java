package io.tranship.outbox;

import java.net.URI;

/// A database that refuses every connection, until closed.
record Outage(TestDatabase other, String name) implements AutoCloseable {

    static Outage of(TestDatabase database) {
        var address = URI.create(database.url().substring("jdbc:".length()));
        var name = address.getPath().substring(1);
        var other =
                new TestDatabase(
                        "jdbc:postgresql://%s:%d/postgres"
                                .formatted(address.getHost(), address.getPort()),
                        database.user(),
                        database.password());
        other.execute("alter database \"" + name + "\" allow_connections false");
        other.query(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?", name);
        return new Outage(other, name);
    }

    @Override
    public void close() {
        other.execute("alter database \"" + name + "\" allow_connections true");
    }
}
