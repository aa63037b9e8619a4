package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TableColumn;
import io.tranship.connectors.TransferFailure;
import io.tranship.connectors.postgres.LiveTable.LiveColumn;
import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lays a model's demands on the live table: key, last-modified and tenant are there, of a type
/// that serves, and the key is one. A demand not met names model, table and column.
final class ModelDemands {

    /// The words for the server's own clock in a column's default.
    private static final List<String> CLOCKS =
            List.of(
                    "now()",
                    "current_timestamp",
                    "clock_timestamp()",
                    "statement_timestamp()",
                    "transaction_timestamp()");

    private final Model model;
    private final String where;
    private final LiveTable live;

    /// @param where schema and table, for messages
    ModelDemands(Model model, String where, LiveTable live) {
        this.model = model;
        this.where = where;
        this.live = live;
    }

    SourceTable table() {
        if (!live.exists()) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_TABLE_MISSING,
                    "model %s: there is no table %s at the source, or the role cannot see it; correct the model's table, or create it"
                            .formatted(model.name(), where));
        }
        tenant();
        softDeleted();
        var columns = columns();
        var key = model.primaryKey().stream().map(name -> carried(columns, name, "key")).toList();
        checkKey(key);
        var lastModified = carried(columns, model.lastModified().column(), "last-modified");
        checkLastModified(lastModified);
        return new SourceTable(
                model,
                columns,
                key,
                lastModified,
                keyOrder(),
                isStamped(lastModified),
                isKeyIndexed(),
                isTimeIndexed(),
                live.isStored() ? live.rowsEstimated() : -1);
    }

    /// The column that tells tenants apart; null when a schema does.
    @Nullable LiveColumn tenant() {
        return switch (model.tenancy()) {
            case Tenancy.ByColumn(var column) -> live(column, "tenant");
            case Tenancy.BySchema() -> null;
        };
    }

    /// The column that marks rows as deleted; null when the model names none.
    @Nullable LiveColumn softDeleted() {
        var deletes = model.deletes();
        if (deletes == null || deletes.softColumn() == null) {
            return null;
        }
        var column = live(deletes.softColumn(), "soft-delete");
        if (column.domain()) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_TYPE_UNSUITABLE,
                    "model %s: the soft-delete column %s of table %s is the domain %s, whose meaning is unknown; use a boolean, or a column that is null while the row lives"
                            .formatted(model.name(), column.name(), where, column.type()));
        }
        return column;
    }

    private List<TableColumn> columns() {
        var columns = new ArrayList<TableColumn>();
        if (model.columns().isEmpty()) {
            live.columns().values().forEach(column -> columns.add(column(column, null)));
        } else {
            for (var wanted : model.columns()) {
                columns.add(column(live(wanted.name(), "selected"), wanted));
            }
        }
        return columns;
    }

    private static TableColumn column(LiveColumn live, @Nullable Column wanted) {
        var as = wanted == null ? null : wanted.as();
        return new TableColumn(
                live.name(),
                Objects.requireNonNullElse(as, live.name()),
                PostgresTypes.type(live.type(), live.typeOid(), live.element(), live.modifier()),
                live.notNull(),
                wanted == null ? null : wanted.type());
    }

    private TableColumn carried(List<TableColumn> columns, String name, String role) {
        var _ = live(name, role);
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new TransferFailure(
                                ErrorCode.INVALID_CATALOG,
                                "model %s: the %s column %s is not among its columns; add it to them"
                                        .formatted(model.name(), role, name)));
    }

    private LiveColumn live(String name, String role) {
        var column = live.columns().get(name);
        if (column == null) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_COLUMN_MISSING,
                    "model %s: table %s has no column %s, which is the model's %s column; correct the model, or add the column"
                            .formatted(model.name(), where, name, role));
        }
        return column;
    }

    private void checkKey(List<TableColumn> key) {
        if (key.isEmpty()) {
            throw new TransferFailure(
                    ErrorCode.INVALID_CATALOG,
                    "model %s has no primary_key; name the columns of one".formatted(model.name()));
        }
        if (!live.isStored()) {
            return;
        }
        for (var column : key) {
            if (!column.notNull() && live.relation() != 'm') {
                throw new TransferFailure(
                        ErrorCode.SOURCE_KEY_MISSING,
                        "model %s: key column %s of table %s may be null; make it not null, or choose another key"
                                .formatted(model.name(), column.name(), where));
            }
        }
        if (!live.isUnique(model.primaryKey())) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_KEY_MISSING,
                    "model %s: table %s has no unique index over exactly its key (%s); create one, or choose another key"
                            .formatted(model.name(), where, String.join(", ", model.primaryKey())));
        }
    }

    private void checkLastModified(TableColumn column) {
        var oid = column.type().oid();
        if (oid != ColumnType.TIMESTAMPTZ && oid != ColumnType.TIMESTAMP) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_TYPE_UNSUITABLE,
                    "model %s: the last-modified column %s of table %s is %s; it must be a timestamp with or without time zone"
                            .formatted(model.name(), column.name(), where, column.type().name()));
        }
    }

    private String keyOrder() {
        return model.primaryKey().stream()
                .map(name -> name + '=' + live(name, "key").order())
                .collect(Collectors.joining(";"));
    }

    /// A clock of the server in the default, or a trigger that may set it. What only an application
    /// writes may lie behind the server's time by any amount.
    private boolean isStamped(TableColumn lastModified) {
        var set =
                live(lastModified.name(), "last-modified").defaultValue().toLowerCase(Locale.ROOT);
        return lastModified.type().oid() == ColumnType.TIMESTAMPTZ
                && (live.triggered() || CLOCKS.stream().anyMatch(set::contains));
    }

    private boolean isKeyIndexed() {
        return live.isIndexed(model.primaryKey())
                || live.isIndexed(behindTenant(model.primaryKey()));
    }

    private boolean isTimeIndexed() {
        var time = List.of(model.lastModified().column());
        return live.isIndexed(time) || live.isIndexed(behindTenant(time));
    }

    private List<String> behindTenant(List<String> names) {
        var tenant = tenant();
        if (tenant == null) {
            return names;
        }
        var all = new ArrayList<String>();
        all.add(tenant.name());
        all.addAll(names);
        return all;
    }
}
