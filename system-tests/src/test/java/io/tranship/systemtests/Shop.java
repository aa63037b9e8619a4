package io.tranship.systemtests;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One vendor's application: two multi-tenant tables, and one destination schema for each tenant.
///
/// All its names in the catalog end in its label, so that several live in one fleet.
record Shop(String label, Warehouse source, Warehouse target) {

    static final List<String> TABLES = List.of("customers", "invoices");

    void createTables() {
        source.run(
                """
                create table customers (
                    id bigint primary key, organization_id text not null, name text,
                    updated_at timestamptz not null default now());
                create index on customers (organization_id, updated_at);
                create table invoices (
                    organization_id text not null, number bigint not null, total numeric(20, 4), note text,
                    updated_at timestamptz not null default now(),
                    primary key (organization_id, number));
                create index on invoices (organization_id, updated_at);
                """);
    }

    /// Customers and invoices of `tenant`, numbered from `first`.
    void insert(String tenant, int first, int count) {
        source.run(
                """
                insert into customers (id, organization_id, name)
                select hashtextextended('%1$s', 0) / 1000000 * 1000000 + n, '%1$s', 'customer ' || n
                  from generate_series(%2$d, %2$d + %3$d - 1) n;
                insert into invoices (organization_id, number, total, note)
                select '%1$s', n, n * 1.0001, case when n %% 7 = 0 then null else repeat('é', n %% 50) end
                  from generate_series(%2$d, %2$d + %3$d - 1) n;
                """
                        .formatted(tenant, first, count));
    }

    void touch(String tenant, int count) {
        source.run(
                """
                update invoices set total = total + 1, updated_at = clock_timestamp()
                 where organization_id = '%1$s' and number in (
                       select number from invoices where organization_id = '%1$s' order by random() limit %2$d)
                """
                        .formatted(tenant, count));
    }

    /// Until closed, whatever writes to the tenant's customers at the destination waits: longer
    /// than a lock would let it.
    Gate gate(String tenant) {
        target.run(
                """
                create table gate (shut bool);
                insert into gate values (true);
                create function wait_at_gate() returns trigger language plpgsql as
                'begin while exists (select from public.gate) loop perform pg_sleep(0.05); end loop; return new; end';
                create trigger gate before insert or update on "%s"."%s" for each row execute function wait_at_gate()
                """
                        .formatted(tenant, model("customers")));
        return new Gate(target);
    }

    record Gate(Warehouse target) implements AutoCloseable {
        @Override
        public void close() {
            target.run("delete from gate");
        }
    }

    long rows(String tenant) {
        return source.number(
                        "select count(*) from customers where organization_id = '%s'"
                                .formatted(tenant))
                + source.number(
                        "select count(*) from invoices where organization_id = '%s'"
                                .formatted(tenant));
    }

    /// Every row of `table` as text: of the tenant at the source, of all at its destination.
    List<String> atSource(String tenant, String table) {
        return source.texts(
                "select t::text from %s t where organization_id = '%s' order by 1"
                        .formatted(table, tenant));
    }

    List<String> atDestination(String tenant, String table) {
        return target.texts(
                "select t::text from \"%s\".\"%s\" t order by 1".formatted(tenant, model(table)));
    }

    boolean isIdentical(String tenant) {
        return TABLES.stream()
                .allMatch(table -> atSource(tenant, table).equals(atDestination(tenant, table)));
    }

    String sourceName() {
        return "app_" + label;
    }

    String model(String table) {
        return table + "_" + label;
    }

    String destination(String tenant) {
        return tenant + "_" + label;
    }

    /// The catalog file's content; `limits` go to the source, `destinationLimits` to each
    /// destination.
    Map<String, Object> catalog(
            List<String> tenants,
            Map<String, Object> limits,
            Map<String, Object> destinationLimits) {
        return Map.of(
                "sources",
                List.of(
                        with(
                                limits,
                                Map.of(
                                        "name", sourceName(),
                                        "vendor", "postgres",
                                        "postgres", endpoint(source, "public")))),
                "models",
                List.of(
                        modelEntry("customers", List.of("id")),
                        modelEntry("invoices", List.of("organization_id", "number"))),
                "recipients",
                tenants.stream()
                        .map(tenant -> Map.of("name", destination(tenant), "tenant_id", tenant))
                        .toList(),
                "destinations",
                tenants.stream()
                        .map(tenant -> with(destinationLimits, destinationEntry(tenant)))
                        .toList());
    }

    Map<String, Object> modelEntry(String table, List<String> key) {
        return Map.of(
                "name",
                model(table),
                "source",
                sourceName(),
                "table",
                table,
                "tenancy",
                Map.of("column", "organization_id"),
                "primary_key",
                key,
                "last_modified",
                "updated_at");
    }

    Map<String, Object> destinationEntry(String tenant) {
        return Map.of(
                "name", destination(tenant),
                "recipient", destination(tenant),
                "vendor", "postgres",
                "postgres", endpoint(target, tenant),
                "models", List.of(model("customers"), model("invoices")),
                "enabled", false);
    }

    private static Map<String, Object> with(Map<String, Object> more, Map<String, Object> entry) {
        var whole = new LinkedHashMap<>(entry);
        whole.putAll(more);
        return whole;
    }

    static Map<String, Object> endpoint(Warehouse database, String schema) {
        return Map.of(
                "host", database.host(),
                "port", database.port(),
                "database", database.database(),
                "schema", schema,
                "username", database.user(),
                "password", database.password());
    }
}
