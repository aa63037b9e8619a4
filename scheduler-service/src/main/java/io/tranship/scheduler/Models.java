package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Tenancy;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says what a JSON object means as a model, and whether its columns can carry one.
final class Models {

    static final Map<String, NullLastModified> NULL_POLICIES =
            Map.of(
                    "backfill_only", NullLastModified.BACKFILL_ONLY,
                    "always", NullLastModified.ALWAYS);

    static final Map<String, Boolean> NEW_COLUMNS = Map.of("leave", false, "backfill", true);

    private static final int QUARANTINE_ROWS_MAX = 1_000_000;
    private static final int YEAR_MINUTES = 366 * 24 * 60;

    /// Names only: of an offset such as UTC-5 databases read the sign the other way round.
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private static final LastModified NONE = new LastModified("", null);

    Model read(Fields fields, String name) {
        var model =
                new Model(
                        "",
                        name,
                        0,
                        fields.text("source"),
                        fields.text("table"),
                        tenancy(fields),
                        primaryKey(fields),
                        lastModified(fields),
                        fields.word(
                                "null_last_modified",
                                NULL_POLICIES,
                                NullLastModified.BACKFILL_ONLY),
                        fields.integer("quarantine_rows_max", 0, QUARANTINE_ROWS_MAX, 100),
                        columns(fields),
                        deletes(fields),
                        fields.word("new_columns", NEW_COLUMNS, false));
        fields.done();
        columnsCarry(fields, model);
        return model;
    }

    private static Tenancy tenancy(Fields fields) {
        if (!fields.required("tenancy")) {
            return new Tenancy.BySchema();
        }
        var tenancy = fields.object("tenancy");
        if (tenancy == null) {
            return new Tenancy.BySchema();
        }
        var column = tenancy.textOrNull("column");
        var schema = tenancy.flag("schema", false);
        tenancy.done();
        if (schema == (column != null)) {
            tenancy.fault("", "give either {\"column\": NAME} or {\"schema\": true}");
        }
        return column == null ? new Tenancy.BySchema() : new Tenancy.ByColumn(column);
    }

    private static List<String> primaryKey(Fields fields) {
        if (!fields.required("primary_key")) {
            return List.of();
        }
        if (fields.raw("primary_key") instanceof String single) {
            fields.text("primary_key");
            return List.of(single);
        }
        var key = fields.texts("primary_key", List.of());
        if (fields.raw("primary_key") instanceof List<?> list && list.isEmpty()) {
            fields.fault(
                    "primary_key", "is empty; name the column or columns that tell rows apart");
        }
        return key;
    }

    private static LastModified lastModified(Fields fields) {
        if (!fields.required("last_modified")) {
            return NONE;
        }
        if (fields.raw("last_modified") instanceof Map<?, ?>) {
            var object = fields.object("last_modified");
            if (object == null) {
                return NONE;
            }
            var modified = new LastModified(object.text("column"), zone(object));
            object.done();
            return modified;
        }
        return new LastModified(fields.text("last_modified", ""), null);
    }

    private static @Nullable String zone(Fields fields) {
        var zone = fields.textOrNull("zone");
        if (zone == null) {
            return null;
        }
        if (!ZONES.contains(zone)) {
            fields.fault(
                    "zone", "'%s' is no time zone; write it like Europe/Paris".formatted(zone));
            return null;
        }
        return zone;
    }

    private static List<Column> columns(Fields fields) {
        var columns = new ArrayList<Column>();
        for (var item : fields.items("columns")) {
            columns.add(
                    new Column(item.text("name"), item.textOrNull("as"), item.textOrNull("type")));
            item.done();
        }
        return columns;
    }

    private static @Nullable Deletes deletes(Fields fields) {
        var deletes = fields.object("deletes");
        if (deletes == null) {
            return null;
        }
        var read =
                new Deletes(
                        deletes.textOrNull("soft_column"),
                        deletes.integer("detect_minutes", 0, YEAR_MINUTES, 0),
                        deletes.integer("breaker_percent", 1, 100, 10));
        deletes.done();
        return read;
    }

    /// A listed column stands once, and what the merge needs is listed.
    private static void columnsCarry(Fields fields, Model model) {
        if (model.columns().isEmpty()) {
            return;
        }
        var names = new HashSet<String>();
        var targets = new HashSet<String>();
        for (var i = 0; i < model.columns().size(); i++) {
            var column = model.columns().get(i);
            var as = column.as() == null ? column.name() : column.as();
            if (!names.add(column.name())) {
                fields.fault(
                        "columns[%d]".formatted(i),
                        "'%s' is listed twice".formatted(column.name()));
            } else if (!targets.add(as)) {
                fields.fault(
                        "columns[%d]".formatted(i),
                        "two columns would be named '%s' at the destination; give one another name with as"
                                .formatted(as));
            } else if (Names.bytes(as) > Names.NAME_BYTES_MAX) {
                fields.fault(
                        "columns[%d]".formatted(i),
                        "'%s' has %d bytes, at most %d are kept at the destination; give it a shorter name with as"
                                .formatted(as, Names.bytes(as), Names.NAME_BYTES_MAX));
            }
        }
        for (var key : model.primaryKey()) {
            if (!names.contains(key)) {
                fields.fault(
                        "primary_key",
                        "column '%s' is not among columns; add it there".formatted(key));
            }
        }
        var modified = model.lastModified().column();
        if (!modified.isEmpty() && !names.contains(modified)) {
            fields.fault(
                    "last_modified",
                    "column '%s' is not among columns; add it there".formatted(modified));
        }
    }
}
