package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

/// The table that most tests carry: five tenants, and one query that says whether both sides are
/// the same.
final class Invoices {

    private Invoices() {}

    static void make(Database source) {
        make(source, 0);
    }

    /// @param rows of all tenants together, a second apart, the last a minute ago
    static void make(Database source, int rows) {
        source.run(
                """
                create table invoices (
                    id bigint primary key, org text not null, number text,
                    updated_at timestamptz default now())
                """,
                "create index on invoices (org, updated_at)",
                "create index on invoices (org, id)");
        add(source, 1, rows);
    }

    static void add(Database source, int from, int to) {
        source.run(
                """
                insert into invoices
                select n, 'org_' || 1 + n %% 5, 'No. ' || n,
                       now() - interval '1 minute' - (%2$d - n) * interval '1 second'
                from generate_series(%1$d, %2$d) n
                """
                        .formatted(from, to),
                "analyze invoices");
    }

    static void assertArrived(Database source, Database destination) {
        assertArrived(source, destination, "vendor_data", "org_1");
    }

    static void assertArrived(Database source, Database destination, String schema, String tenant) {
        var columns = "select id, org, number, updated_at from ";
        assertThat(destination.rows(columns + schema + ".invoices order by id"))
                .isEqualTo(
                        source.rows(
                                columns
                                        + "invoices where org = '%s' order by id"
                                                .formatted(tenant)));
    }

    /// Ends every session of transfers in `database`, as a killed runner's server would find it.
    static void cutSessions(Database database) {
        database.run(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and application_name like 'tranship:%'
                """);
    }
}
