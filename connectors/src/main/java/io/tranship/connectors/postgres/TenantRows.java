package io.tranship.connectors.postgres;

import io.tranship.connectors.KeyRange;
import io.tranship.connectors.Slice;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TableColumn;
import io.tranship.connectors.postgres.LiveTable.LiveColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The SQL that selects rows of one tenant from one table.
///
/// COPY takes no bound values, so each value is first bound to a setting of the session, and the
/// condition reads it from there, cast to its column's type. No value is ever part of the SQL's
/// text. The cast has no length, as one with a length would cut `acme-two` to another tenant's
/// name.
final class TenantRows {

    private static final long BOOLEAN = 16;

    private final String table;
    private final String tenantId;
    private final @Nullable LiveColumn tenant;
    private final @Nullable LiveColumn softDeleted;
    private final Map<String, String> bareTypes;

    /// @param table quoted, with its schema
    TenantRows(
            String table,
            String tenantId,
            @Nullable LiveColumn tenant,
            @Nullable LiveColumn softDeleted,
            Map<String, String> bareTypes) {
        this.table = table;
        this.tenantId = tenantId;
        this.tenant = tenant;
        this.softDeleted = softDeleted;
        this.bareTypes = Map.copyOf(bareTypes);
    }

    static TenantRows of(
            String table,
            String tenantId,
            @Nullable LiveColumn tenant,
            @Nullable LiveColumn softDeleted,
            LiveTable live) {
        return new TenantRows(
                table,
                tenantId,
                tenant,
                softDeleted,
                live.columns().values().stream()
                        .collect(Collectors.toMap(LiveColumn::name, LiveColumn::bare)));
    }

    /// Quoted, with its schema.
    String table() {
        return table;
    }

    /// `from … where …` for all rows of the tenant that are not marked as deleted.
    String all() {
        return softDeleted == null
                ? "from %s where %s".formatted(table, tenantCondition())
                : "from %s where %s and not %s".formatted(table, tenantCondition(), isGone());
    }

    /// `from … where …` for `slice`, which reads what [#settings] binds.
    String of(SourceTable source, Slice slice) {
        return slice.marksDeleted(source)
                ? changed(source, slice)
                : "%s and %s".formatted(all(), isIn(source, slice));
    }

    /// `from … where …` for `slice`, and for rows in it that are marked as deleted.
    String changed(SourceTable source, Slice slice) {
        return "from %s where %s and %s".formatted(table, tenantCondition(), isIn(source, slice));
    }

    /// `from … where …` for all rows of the tenant, and for those marked as deleted that are in
    /// `later`.
    String compared(SourceTable source, Slice later) {
        return softDeleted == null
                ? all()
                : "from %s where %s and (not %s or %s)"
                        .formatted(table, tenantCondition(), isGone(), isIn(source, later));
    }

    /// Whether a row is marked as deleted, true or false.
    String isGone() {
        if (softDeleted == null) {
            return "false";
        }
        var column = Quoted.name(softDeleted.name());
        return softDeleted.typeOid() == BOOLEAN
                ? "(%s is true)".formatted(column)
                : "(num_nulls(%s) = 0)".formatted(column);
    }

    /// What has to be bound before a statement with [#all] or [#of] is run.
    Map<String, String> settings(@Nullable Slice slice) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("tranship.tenant", tenantId);
        switch (slice) {
            case null -> {}
            case Slice.Keys(var range) -> {
                put(settings, "low", range.low());
                put(settings, "high", range.high());
            }
            case Slice.These(var keys) -> {
                var columns = Digests.columns(keys, keys.getFirst().size());
                for (var i = 0; i < columns.size(); i++) {
                    settings.put("tranship.key" + (i + 1), Quoted.array(columns.get(i)));
                }
            }
            case Slice.Since(var cursor, var lookback, var _) -> {
                settings.put("tranship.from", cursor);
                settings.put("tranship.lookback", lookback.toString());
            }
            case Slice.Between(var from, var to) -> {
                settings.put("tranship.from", from == null ? "" : from);
                settings.put("tranship.to", to == null ? "" : to);
            }
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String name, List<String> values) {
        for (var i = 0; i < values.size(); i++) {
            settings.put("tranship." + name + (i + 1), values.get(i));
        }
    }

    private String tenantCondition() {
        if (tenant == null) {
            return "true";
        }
        var column = Quoted.name(tenant.name());
        return tenant.domain()
                ? "%s::text = %s".formatted(column, setting("tenant", "text"))
                : "%s = %s".formatted(column, setting("tenant", tenant.bare()));
    }

    /// Whether a row is in `slice`, maybe null.
    String isIn(SourceTable source, Slice slice) {
        var modified = source.lastModified();
        var column = Quoted.name(modified.name());
        var type = bare(modified);
        return switch (slice) {
            case Slice.Keys(var range) -> inRange(source.key(), range);
            case Slice.These(var _) ->
                    Digests.isOneOf(
                            source.key().stream().map(key -> Quoted.name(key.name())).toList(),
                            source.key().stream().map(this::bare).toList(),
                            "current_setting('tranship.key%d')::text[]");
            case Slice.Since since -> isSince(column, begin(type), since);
            case Slice.Between(var from, var to) ->
                    "%s and %s"
                            .formatted(
                                    from == null
                                            ? column + " is not null"
                                            : "%s >= %s".formatted(column, setting("from", type)),
                                    to == null
                                            ? "true"
                                            : "%s < %s".formatted(column, setting("to", type)));
        };
    }

    /// As [#isIn], for statements that look at every row: where it begins is worked out once, but
    /// the planner does not know it.
    String isLater(SourceTable source, Slice.Since slice) {
        var modified = source.lastModified();
        return isSince(
                Quoted.name(modified.name()),
                "(select %s)".formatted(begin(bare(modified))),
                slice);
    }

    private static String isSince(String column, String begin, Slice.Since slice) {
        var since = "%s >= %s".formatted(column, begin);
        return slice.withoutToo() ? "(%s or %s is null)".formatted(since, column) : since;
    }

    private static String begin(String type) {
        return setting("from", type) + " - " + setting("lookback", "interval");
    }

    /// Row-wise, so that a composite key is compared as its index sorts it, and ties in its first
    /// columns fall on one side only.
    private String inRange(List<TableColumn> key, KeyRange range) {
        var columns = Quoted.names(key.stream().map(TableColumn::name).toList());
        var conditions = new ArrayList<String>();
        if (!range.low().isEmpty()) {
            conditions.add("(%s) >= (%s)".formatted(columns, settings("low", key)));
        }
        if (!range.high().isEmpty()) {
            conditions.add("(%s) < (%s)".formatted(columns, settings("high", key)));
        }
        return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    private String settings(String name, List<TableColumn> key) {
        var values = new ArrayList<String>(key.size());
        for (var i = 0; i < key.size(); i++) {
            values.add(setting(name + (i + 1), bare(key.get(i))));
        }
        return String.join(", ", values);
    }

    private static String setting(String name, String type) {
        return "current_setting('tranship.%s')::%s".formatted(name, type);
    }

    private String bare(TableColumn column) {
        return Objects.requireNonNull(bareTypes.get(column.name()));
    }
}
