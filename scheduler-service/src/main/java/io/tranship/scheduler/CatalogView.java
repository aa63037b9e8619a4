package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A thing of the catalog as the API shows it: the words of the catalog file, with `id` and
/// `revision`. No secret leaves through here.
final class CatalogView {

    private final Catalog catalog;

    CatalogView(Catalog catalog) {
        this.catalog = catalog;
    }

    Map<String, @Nullable Object> of(CatalogRecord record) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", record.id());
        view.put("name", record.name());
        view.put("revision", record.revision());
        view.putAll(settings(record));
        return view;
    }

    /// What can be set: [Drafts] reads it back as the very same thing.
    Map<String, @Nullable Object> editable(CatalogRecord record) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("name", record.name());
        fields.putAll(settings(record));
        return fields;
    }

    private Map<String, @Nullable Object> settings(CatalogRecord record) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        switch (record) {
            case Organization o -> view.put("frequency_minutes", o.frequencyMinutes());
            case Source s -> {
                endpoint(view, s.endpoint());
                view.put("max_concurrent_transfers", s.maxConcurrentTransfers());
                view.put(
                        "max_concurrent_queries_per_transfer", s.maxConcurrentQueriesPerTransfer());
                view.put("lookback_seconds", s.lookbackSeconds());
                view.put("max_rows_per_second", s.maxRowsPerSecond());
            }
            case Recipient r -> view.put("tenant_id", r.tenantId());
            case Model m -> model(view, m);
            case Destination d -> {
                view.put("recipient", nameOf(d.recipient()));
                endpoint(view, d.endpoint());
                view.put("models", d.models());
                view.put("enabled", d.enabled());
                view.put("frequency_minutes", d.frequencyMinutes());
                view.put("max_concurrent_transfers", d.maxConcurrentTransfers());
                view.put(
                        "max_concurrent_queries_per_transfer", d.maxConcurrentQueriesPerTransfer());
                view.put("readers", d.readers());
            }
        }
        return view;
    }

    private void model(Map<String, @Nullable Object> view, Model model) {
        view.put("source", nameOf(model.source()));
        view.put("table", model.table());
        view.put(
                "tenancy",
                switch (model.tenancy()) {
                    case Tenancy.ByColumn(var column) -> Map.of("column", column);
                    case Tenancy.BySchema _ -> Map.of("schema", true);
                });
        view.put("primary_key", model.primaryKey());
        view.put("last_modified", lastModified(model.lastModified()));
        view.put("null_last_modified", word(Models.NULL_POLICIES, model.nullLastModified()));
        view.put("quarantine_rows_max", model.quarantineRowsMax());
        view.put("columns", model.columns().stream().map(CatalogView::column).toList());
        view.put("deletes", deletes(model.deletes()));
        view.put("new_columns", word(Models.NEW_COLUMNS, model.backfillNewColumns()));
    }

    private static Object lastModified(LastModified modified) {
        return modified.zone() == null
                ? modified.column()
                : Map.of("column", modified.column(), "zone", modified.zone());
    }

    private static Object column(Column column) {
        if (column.as() == null && column.type() == null) {
            return column.name();
        }
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("name", column.name());
        view.put("as", column.as());
        view.put("type", column.type());
        return view;
    }

    private static @Nullable Object deletes(@Nullable Deletes deletes) {
        if (deletes == null) {
            return null;
        }
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("soft_column", deletes.softColumn());
        view.put("detect_minutes", deletes.detectMinutes());
        view.put("breaker_percent", deletes.breakerPercent());
        return view;
    }

    private static void endpoint(Map<String, @Nullable Object> view, Endpoint endpoint) {
        view.put("vendor", endpoint.vendor());
        view.put(
                endpoint.vendor(),
                switch (endpoint) {
                    case Postgres p -> postgres(p);
                });
    }

    private static Map<String, @Nullable Object> postgres(Postgres postgres) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("host", postgres.host());
        view.put("port", postgres.port());
        view.put("database", postgres.database());
        view.put("schema", postgres.schema());
        view.put("username", postgres.username());
        view.put("password", secret(postgres.password()));
        view.put("ssl_mode", word(Endpoints.SSL_MODES, postgres.sslMode()));
        view.put("ssl_root_cert", postgres.sslRootCert());
        return view;
    }

    private static Map<String, Object> secret(Secret secret) {
        return switch (secret) {
            case Secret.Env(var name) -> Map.of("env", name);
            case Secret.File(var path) -> Map.of("file", path);
            case Secret.Sealed _ -> Map.of("sealed", true);
        };
    }

    private static <T> String word(Map<String, T> words, T value) {
        return words.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private String nameOf(String id) {
        var record = catalog.withId(id);
        return record == null ? id : record.name();
    }

    static Postgres withPassword(Postgres postgres, Secret password) {
        return new Postgres(
                postgres.host(),
                postgres.port(),
                postgres.database(),
                postgres.schema(),
                postgres.username(),
                password,
                postgres.sslMode(),
                postgres.sslRootCert());
    }

    /// One change of `PUT /catalog`.
    static Map<String, Object> of(Change change) {
        var view = new LinkedHashMap<String, Object>();
        view.put("kind", change.record().kind());
        view.put("name", change.record().name());
        view.put("change", change.outcome().name().toLowerCase(Locale.ROOT));
        view.put("id", change.record().id());
        view.put("revision", change.record().revision());
        return view;
    }

    /// A patch (RFC 7396) of `target`: objects are merged, `null` resets a field, all else
    /// replaces.
    static Map<String, @Nullable Object> merged(Map<?, ?> target, Map<?, ?> patch) {
        var merged = new LinkedHashMap<String, @Nullable Object>();
        target.forEach((key, value) -> merged.put(String.valueOf(key), value));
        patch.forEach((key, value) -> {
            var name = String.valueOf(key);
            merged.put(
                    name,
                    isSection(name)
                                    && value instanceof Map<?, ?> more
                                    && merged.get(name) instanceof Map<?, ?> old
                            ? merged(old, more)
                            : value);
        });
        return merged;
    }

    /// Only a vendor's block is merged. The other objects are choices, such as `{"env": …}` or
    /// `{"file": …}`: half of one and half of another means nothing.
    private static boolean isSection(String name) {
        return name.equals("postgres") || name.equals("deletes");
    }

    static List<Map<String, @Nullable Object>> list(Catalog catalog, List<CatalogRecord> records) {
        var view = new CatalogView(catalog);
        return records.stream().map(view::of).toList();
    }
}
