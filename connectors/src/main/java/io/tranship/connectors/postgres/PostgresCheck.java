package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.Finding;
import io.tranship.connectors.Severity;
import io.tranship.connectors.Side;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TransferFailure;
import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/// Tries what a transfer will need of a PostgreSQL server, with the transfer's own code where it
/// can, and gathers what fails.
public final class PostgresCheck {

    private static final String NAME = "tranship:check";

    private final PostgresSession session;
    private final Endpoint.Postgres endpoint;
    private final List<Finding> findings = new ArrayList<>();

    private PostgresCheck(PostgresSession session, Endpoint.Postgres endpoint) {
        this.session = session;
        this.endpoint = endpoint;
    }

    public static List<Finding> source(
            Endpoint.Postgres endpoint,
            String password,
            List<Model> models,
            List<Recipient> tenants) {
        try (var session = open(Side.SOURCE, "source", endpoint, password)) {
            var check = new PostgresCheck(session, endpoint);
            models.forEach(model -> check.model(model, tenants));
            return List.copyOf(check.findings);
        } catch (TransferFailure e) {
            return List.of(connection(e));
        }
    }

    public static List<Finding> destination(
            Endpoint.Postgres endpoint, String password, List<Model> models, List<String> readers) {
        try (var session = open(Side.DESTINATION, "destination", endpoint, password)) {
            var check = new PostgresCheck(session, endpoint);
            check.writing();
            check.reading(models, new Readers(session, endpoint.schema(), readers));
            models.forEach(check::standing);
            return List.copyOf(check.findings);
        } catch (TransferFailure e) {
            return List.of(connection(e));
        }
    }

    private static PostgresSession open(
            Side side, String name, Endpoint.Postgres endpoint, String password) {
        return PostgresSession.open(
                side, name, endpoint, password, NAME, TransferSettings.DEFAULTS);
    }

    private static Finding connection(TransferFailure e) {
        var field =
                switch (e.code()) {
                    case SOURCE_AUTH_FAILED, DESTINATION_AUTH_FAILED -> "password";
                    case SOURCE_TLS_FAILED, DESTINATION_TLS_FAILED -> "ssl_mode";
                    case SOURCE_DATABASE_MISSING, DESTINATION_DATABASE_MISSING -> "database";
                    default -> "host";
                };
        return new Finding(Severity.ERROR, "postgres." + field, e.error());
    }

    private void model(Model model, List<Recipient> tenants) {
        switch (model.tenancy()) {
            case Tenancy.ByColumn _ -> table(model, endpoint.schema());
            case Tenancy.BySchema _ -> tenants.forEach(tenant -> table(model, tenant.tenantId()));
        }
    }

    private void table(Model model, String schema) {
        try {
            session.about(model.name());
            var live = LiveTable.read(session, schema, model.table());
            var demands = new ModelDemands(model, schema + '.' + model.table(), live);
            var table = demands.table();
            if (mayRead(model, schema, demands.read())) {
                readable(model, Quoted.name(schema, model.table()), table);
            }
            indexes(model, table);
        } catch (TransferFailure e) {
            add(Severity.ERROR, model, field(e.code()), e.error());
        }
    }

    private static String field(ErrorCode code) {
        return switch (code) {
            case SOURCE_KEY_MISSING -> "primary_key";
            case SOURCE_COLUMN_MISSING, INVALID_CATALOG -> "columns";
            case SOURCE_TYPE_UNSUITABLE -> "last_modified";
            default -> "table";
        };
    }

    private boolean mayRead(Model model, String schema, List<String> columns) {
        var sql =
                """
                select has_schema_privilege(n.oid, 'usage'),
                       array(select wanted from unnest(?::text[]) as wanted
                             where not has_column_privilege(c.oid, wanted, 'select'))
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = ? and c.relname = ?
                """;
        return session.query(
                sql,
                rows -> {
                    rows.next();
                    if (!rows.getBoolean(1)) {
                        missing(model, "grant usage on schema " + Quoted.name(schema), "");
                    }
                    var hidden = List.of((String[]) rows.getArray(2).getArray());
                    if (!hidden.isEmpty()) {
                        missing(
                                model,
                                "grant select on " + Quoted.name(schema, model.table()),
                                "; it may not read " + String.join(", ", hidden));
                    }
                    return rows.getBoolean(1) && hidden.isEmpty();
                },
                columns,
                schema,
                model.table());
    }

    private void missing(Model model, String grant, String why) {
        add(
                Severity.ERROR,
                model,
                "table",
                ErrorCode.SOURCE_PRIVILEGE_MISSING.error(
                        "model %s: %s to %s%s"
                                .formatted(
                                        model.name(),
                                        grant,
                                        Quoted.name(endpoint.username()),
                                        why)));
    }

    /// Reads no row, but fails as a transfer would.
    private void readable(Model model, String table, SourceTable source) {
        var columns = Quoted.names(source.columns().stream().map(column -> column.name()).toList());
        var _ =
                session.query(
                        "select %s from %s where false".formatted(columns, table), ResultSet::next);
        if (source.lastModified().type().oid() == ColumnType.TIMESTAMP
                && model.lastModified().zone() == null) {
            add(
                    Severity.WARNING,
                    model,
                    "last_modified",
                    ErrorCode.SOURCE_TYPE_UNSUITABLE.error(
                            "model %s: column %s has no time zone; name its zone in last_modified, or it is taken for UTC"
                                    .formatted(model.name(), source.lastModified().name())));
        }
    }

    private void indexes(Model model, SourceTable source) {
        if (!source.keyIndexed() || !source.timeIndexed()) {
            var wanted = source.timeIndexed() ? "the key" : "the last-modified column";
            add(
                    Severity.WARNING,
                    model,
                    source.timeIndexed() ? "primary_key" : "last_modified",
                    ErrorCode.SOURCE_KEY_MISSING.error(
                            "model %s: no index over %s, alone or behind the tenant column, so every transfer reads the whole table; create one"
                                    .formatted(model.name(), wanted)));
        }
    }

    private void writing() {
        var sql =
                """
                select pg_is_in_recovery(),
                       exists (select from pg_namespace where nspname = ?),
                       has_database_privilege(current_database(), 'create'),
                       has_database_privilege(current_database(), 'temporary'),
                       coalesce((select has_schema_privilege(oid, 'create')
                                        and has_schema_privilege(oid, 'usage')
                                 from pg_namespace where nspname = ?), false)
                """;
        session.query(
                sql,
                rows -> {
                    rows.next();
                    if (rows.getBoolean(1)) {
                        refuse(
                                "host",
                                "the server is a standby and takes no writes; name its primary");
                    }
                    if (!rows.getBoolean(2) && !rows.getBoolean(3)) {
                        refuse(
                                "schema",
                                "schema %s is missing and %s may not create it: create it, or grant create on the database"
                                        .formatted(endpoint.schema(), endpoint.username()));
                    }
                    if (rows.getBoolean(2) && !rows.getBoolean(5)) {
                        refuse(
                                "schema",
                                "grant create, usage on schema %s to %s"
                                        .formatted(
                                                Quoted.name(endpoint.schema()),
                                                Quoted.name(endpoint.username())));
                    }
                    if (!rows.getBoolean(4)) {
                        refuse(
                                "username",
                                "grant temporary on database %s to %s"
                                        .formatted(
                                                Quoted.name(endpoint.database()),
                                                Quoted.name(endpoint.username())));
                    }
                    return true;
                },
                endpoint.schema(),
                endpoint.schema());
    }

    private void refuse(String field, String message) {
        add(Severity.ERROR, "postgres." + field, message);
    }

    private void reading(List<Model> models, Readers readers) {
        var unknown = readers.unknown();
        if (unknown != null) {
            add(Severity.ERROR, "readers", unknown);
        }
        readers.grantsMissing(models.stream().map(Model::name).toList())
                .forEach(grant -> add(Severity.WARNING, "readers", grant));
    }

    private void add(Severity severity, String field, String message) {
        findings.add(
                new Finding(
                        severity, field, ErrorCode.DESTINATION_PRIVILEGE_MISSING.error(message)));
    }

    /// A table that stands there and that no transfer ever completed.
    private void standing(Model model) {
        session.about(model.name());
        var control = new ControlTables(endpoint.schema());
        var tables =
                new StandingTables(
                        session, control, new Readers(session, endpoint.schema(), List.of()));
        try {
            var standing = tables.table(model.name(), List.of());
            if (standing.exists() && !isCompleted(control, model) && tables.hasRows(model.name())) {
                add(
                        Severity.WARNING,
                        model,
                        "name",
                        ErrorCode.DESTINATION_TABLE_NOT_OURS.error(
                                "table %s in schema %s has rows that Tranship did not bring; rename it, or transfer with adopt to take it over"
                                        .formatted(model.name(), endpoint.schema())));
            }
        } catch (TransferFailure e) {
            add(Severity.ERROR, model, "name", e.error());
        }
    }

    private boolean isCompleted(ControlTables control, Model model) {
        var known =
                session.query(
                        "select to_regclass(?) is not null",
                        rows -> rows.next() && rows.getBoolean(1),
                        control.model());
        return known
                && session.query(
                        "select exists (select from %s where model = ? and generation is not null)"
                                .formatted(control.model()),
                        rows -> rows.next() && rows.getBoolean(1),
                        model.name());
    }

    private void add(Severity severity, Model model, String field, TransferError error) {
        findings.add(new Finding(severity, "models[%s].%s".formatted(model.name(), field), error));
    }
}
