package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Db;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The source's table: invoices of five tenants side by side in one heap, of which one tenant's are
/// carried. A row is about 300 bytes in binary form.
final class TenantSet {

    /// Four fifths of all rows.
    static final String TENANT = "org_1";

    /// A twentieth of all rows.
    static final String SMALL_TENANT = "org_2";

    /// Reads of what changed go back by this from the cursor; the default is 30 seconds, in which
    /// the next round is under way.
    static final int LOOKBACK_SECONDS = 1;

    /// More than the lookback, and than the margin of the bound that a cursor may not pass.
    private static final int PAUSE_MILLIS = 1_100;

    static final List<String> COLUMNS =
            List.of(
                    "id",
                    "organization_id",
                    "number",
                    "customer",
                    "status",
                    "currency",
                    "net",
                    "tax",
                    "lines",
                    "paid",
                    "due",
                    "note",
                    "details",
                    "created_at",
                    "updated_at");

    private static final String ROW =
            """
            select n,
                   %s,
                   'INV-' || to_char(n, 'FM0000000000'),
                   md5(n::text)::uuid,
                   (array['draft', 'open', 'paid', 'void'])[1 + n %% 4],
                   (array['EUR', 'USD', 'GBP'])[1 + n %% 3],
                   ((n * 7919) %% 10000000) / 100.0,
                   ((n * 104729) %% 100000000) / 10000.0,
                   (n %% 12)::int,
                   n %% 4 = 2,
                   date '2026-01-01' + (n %% 300)::int,
                   'Delivered to ' || md5((n + 1)::text),
                   format('{"po": "%%s", "tags": ["a", "b"], "channel": "web", "discount": %%s}',
                          left(md5((n + 2)::text), 12), n %% 30)::jsonb,
                   timestamptz '2026-01-01 00:00:00Z' + (n * 7919) %% 20000000 * interval '1 second',
            """;

    private static final String CREATED =
            ROW.formatted("case when n % 5 < 4 then 'org_1' else 'org_' || 2 + (n / 5) % 4 end")
                    + " timestamptz '2026-01-02 00:00:00Z' + (n * 7919) % 20000000 * interval '1 second'";

    private static final String NEW = ROW.formatted("'" + TENANT + "'") + " clock_timestamp()";

    private final int rows;

    /// @param rows of the tenant that is carried
    TenantSet(int rows) {
        this.rows = rows;
    }

    private long all() {
        return rows / 4 * 5L;
    }

    static String columns() {
        return String.join(", ", COLUMNS);
    }

    /// As a destination has it: only the key forbids anything.
    static void makeTable(Connection connection, String name) throws SQLException {
        Db.run(
                connection,
                """
                create table %s (
                    id bigint primary key,
                    organization_id text,
                    number text,
                    customer uuid,
                    status text,
                    currency text,
                    net numeric(14, 2),
                    tax numeric(14, 4),
                    lines integer,
                    paid boolean,
                    due date,
                    note text,
                    details jsonb,
                    created_at timestamptz,
                    updated_at timestamptz)
                """
                        .formatted(name));
    }

    void make(Connection source) throws SQLException {
        makeTable(source, "public.invoices");
        Db.run(
                source,
                "insert into invoices %s from generate_series(1::bigint, %d) n"
                        .formatted(CREATED, all()));
        Db.run(
                source,
                """
                alter table invoices alter organization_id set not null,
                    alter updated_at set not null, alter updated_at set default now()
                """);
        Db.run(source, "set maintenance_work_mem = '256MB'");
        Db.run(source, "create index on invoices (organization_id, id)");
        Db.run(source, "create index on invoices (organization_id, updated_at)");
        Db.run(source, "create schema tenant");
        Db.run(source, "create view tenant.invoices as " + select());
        Db.run(source, "vacuum analyze invoices");
        Db.run(source, "checkpoint");
    }

    /// All rows of the tenant.
    String select() {
        return "select %s from public.invoices where organization_id = '%s'"
                .formatted(columns(), TENANT);
    }

    /// The `n`th part of `of`, counted from 0, by key.
    String selectPart(int n, int of) {
        return of == 1
                ? select()
                : select()
                        + " and id > %d and id <= %d"
                                .formatted(all() * n / of, all() * (n + 1) / of);
    }

    /// What changed since a cursor, as an increment reads it.
    String selectSince(String cursor) {
        return select()
                + " and updated_at >= '%s'::timestamptz - interval '%d seconds'"
                        .formatted(cursor, LOOKBACK_SECONDS);
    }

    /// Changes rows all over the table, in neighbourhoods of four, and adds as many. Then, as soon
    /// as the lookback allows, touches one row more, so that the next read finds what is changed
    /// after this and hardly anything of this.
    ///
    /// @param round from 1 on; each changes and adds others
    void change(Connection source, int round, int changed)
            throws SQLException, InterruptedException {
        var each = changed / 2;
        Db.run(
                source,
                """
                update invoices
                set net = net + 1, status = 'paid', paid = true, updated_at = clock_timestamp()
                where organization_id = '%s' and id <= %d and id / 5 %% %d = %d
                """
                        .formatted(TENANT, all(), rows / each, round));
        var last = all() + (long) (round - 1) * each;
        Db.run(
                source,
                "insert into invoices %s from generate_series(%d::bigint, %d) n"
                        .formatted(NEW, last + 1, last + each));
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        Db.run(source, "update invoices set updated_at = clock_timestamp() where id = 1");
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        Db.run(source, "vacuum analyze invoices");
        Db.run(source, "checkpoint");
    }

    /// The greatest last-modified value of the tenant.
    static String cursor(Connection source) throws SQLException {
        return Db.texts(
                        source,
                        "select max(updated_at)::text from invoices where organization_id = '%s'"
                                .formatted(TENANT))
                .getFirst();
    }
}
