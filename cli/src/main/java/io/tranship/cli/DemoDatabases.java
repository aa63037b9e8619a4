package io.tranship.cli;

import io.tranship.servers.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;

/// The demo's databases: one that a vendor could have, and an empty one for each recipient.
record DemoDatabases(LocalPostgres postgres, String password) {

    static final String SOURCE = "demo_app";

    /// Rows were modified in the last 90 days, so none lies within the lookback.
    private static final String TABLES =
            """
            create table customers (
                id              bigint primary key,
                organization_id text not null,
                name            text not null,
                email           text,
                country         char(2) not null,
                is_active       boolean not null,
                created_on      date not null,
                updated_at      timestamptz not null default now()
            );
            create table invoices (
                id              bigint primary key,
                organization_id text not null,
                customer_id     bigint not null references customers,
                number          text not null,
                total           numeric(12, 2) not null,
                currency        text not null,
                status          text not null,
                details         jsonb,
                note            text,
                issued_at       timestamptz not null,
                updated_at      timestamptz not null default now()
            );
            create sequence ids start 1000000;
            create index on customers (organization_id, id);
            create index on customers (organization_id, updated_at);
            create index on invoices (organization_id, id);
            create index on invoices (organization_id, updated_at);
            """;

    private static final String CUSTOMERS =
            """
            insert into customers
            select nextval('ids'), ?, 'Customer ' || n, case when n % 7 > 0 then 'c' || n || '@example.com' end,
                   (array['DE', 'FR', 'IN', 'US'])[1 + n % 4], n % 5 > 0, current_date - n % 900,
                   now() - interval '1 hour' - (n * 37 % 129600) * interval '1 minute'
            from generate_series(1, ?) n
            """;

    private static final String INVOICES =
            """
            insert into invoices
            select nextval('ids'), c.organization_id, c.id, 'INV-' || c.id || '-' || n, (c.id * 31 + n * 977) % 1000000 / 100.0,
                   (array['EUR', 'USD', 'INR'])[1 + n % 3], (array['open', 'paid', 'overdue'])[1 + (c.id + n)::int % 3],
                   jsonb_build_object('lines', n, 'tags', jsonb_build_array('a', n)),
                   case when n % 2 = 0 then 'line one' || chr(10) || 'line "two", naïve' || chr(9) || '\\' end,
                   now() - n * interval '1 day',
                   now() - interval '1 hour' - (c.id * 7 % 129600) * interval '1 minute' - n * interval '1 microsecond'
            from customers c, generate_series(1, ?) n
            where c.organization_id = ?
            """;

    private static final String CHANGES =
            """
            update invoices set status = 'paid', note = 'paid today', updated_at = now() where organization_id = ? and id % 97 = 0
            """;

    void make() throws SQLException {
        try (var connection = postgres.connect("postgres")) {
            drop(connection, SOURCE);
            StackDatabases.make(connection, SOURCE, password);
            run(connection, "grant pg_read_all_stats to " + SOURCE);
            for (var tenant : DemoTenant.ALL) {
                drop(connection, tenant.name());
                StackDatabases.make(connection, tenant.name(), password);
            }
        }
        try (var source = postgres.connect(SOURCE)) {
            run(source, TABLES);
            for (var tenant : DemoTenant.ALL) {
                insert(source, tenant, tenant.customers(), tenant.invoices() / tenant.customers());
            }
            run(source, "analyze");
            run(source, "grant select on all tables in schema public to " + SOURCE);
        }
    }

    private static void insert(Connection source, DemoTenant tenant, int customers, int invoices)
            throws SQLException {
        try (var insert = source.prepareStatement(CUSTOMERS)) {
            insert.setString(1, tenant.tenant());
            insert.setInt(2, customers);
            insert.executeUpdate();
        }
        try (var insert = source.prepareStatement(INVOICES)) {
            insert.setInt(1, invoices);
            insert.setString(2, tenant.tenant());
            insert.executeUpdate();
        }
    }

    /// Some invoices are paid, and each tenant gets a few new customers.
    ///
    /// @return how many rows were changed or added
    int change() throws SQLException {
        var changed = 0;
        try (var source = postgres.connect(SOURCE);
                var update = source.prepareStatement(CHANGES);
                var insert =
                        source.prepareStatement(
                                """
                                insert into customers
                                select nextval('ids'), ?, 'New customer ' || n, null, 'NL', true, current_date
                                from generate_series(1, 50) n
                                """)) {
            for (var tenant : DemoTenant.ALL) {
                update.setString(1, tenant.tenant());
                changed += update.executeUpdate();
                insert.setString(1, tenant.tenant());
                changed += insert.executeUpdate();
            }
        }
        return changed;
    }

    private static void drop(Connection connection, String database) throws SQLException {
        run(connection, "drop database if exists \"%s\" with (force)".formatted(database));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
