package io.tranship.scheduler;

import io.tranship.scheduler.Draft.Intent;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import java.util.ArrayList;
import java.util.List;

/// Says what a JSON object means as a thing of the catalog: the fields of the catalog file, with
/// their defaults and bounds.
final class Drafts {

    static final int DAY_MINUTES = 1440;
    private static final int TRANSFERS_MAX = 1_000;
    private static final int QUERIES_MAX = 64;
    private static final int LOOKBACK_SECONDS_MAX = 7 * 24 * 3600;
    private static final int ROWS_PER_SECOND_MAX = 100_000_000;
    private static final List<String> ALL_MODELS = List.of("*");

    private final Endpoints endpoints;
    private final Models models = new Models();

    Drafts(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /// All of a catalog file, in the order in which it is published.
    List<Draft> file(Fields file) {
        var drafts = new ArrayList<Draft>();
        var organization = file.object("organization");
        if (organization != null) {
            drafts.add(organization(organization));
        }
        for (var kind : Kind.values()) {
            for (var fields : file.objects(kind.section())) {
                drafts.add(thing(kind, fields, new Intent.Apply()));
            }
        }
        file.done();
        return drafts;
    }

    Draft thing(Kind kind, Fields fields, Intent intent) {
        return switch (kind) {
            case SOURCE -> source(fields, intent);
            case MODEL ->
                    new Draft(
                            fields.path(),
                            models.read(fields, name(Kind.MODEL, fields)),
                            false,
                            intent);
            case RECIPIENT -> recipient(fields, intent);
            case DESTINATION -> destination(fields, intent);
        };
    }

    Draft organization(Fields fields) {
        var organization =
                new Organization(
                        "",
                        fields.text("name", Catalog.ORGANIZATION_NAME),
                        0,
                        fields.integer("frequency_minutes", 1, DAY_MINUTES, DAY_MINUTES));
        fields.done();
        return new Draft(fields.path(), organization, false, new Intent.Apply());
    }

    private Draft source(Fields fields, Intent intent) {
        var endpoint = endpoints.read(fields);
        var source =
                new Source(
                        "",
                        name(Kind.SOURCE, fields),
                        0,
                        endpoint.endpoint(),
                        fields.integer("max_concurrent_transfers", 1, TRANSFERS_MAX, 10),
                        fields.integer("max_concurrent_queries_per_transfer", 1, QUERIES_MAX, 1),
                        fields.integerOrNull("lookback_seconds", 0, LOOKBACK_SECONDS_MAX),
                        fields.integerOrNull("max_rows_per_second", 1, ROWS_PER_SECOND_MAX));
        fields.done();
        return new Draft(fields.path(), source, endpoint.keepsSecret(), intent);
    }

    private static Draft recipient(Fields fields, Intent intent) {
        var recipient =
                new Recipient("", name(Kind.RECIPIENT, fields), 0, fields.text("tenant_id"));
        fields.done();
        return new Draft(fields.path(), recipient, false, intent);
    }

    private Draft destination(Fields fields, Intent intent) {
        var endpoint = endpoints.read(fields);
        var destination =
                new Destination(
                        "",
                        name(Kind.DESTINATION, fields),
                        0,
                        fields.text("recipient"),
                        endpoint.endpoint(),
                        modelNames(fields),
                        fields.flag("enabled", true),
                        fields.integer("frequency_minutes", 0, DAY_MINUTES, 0),
                        fields.integer("max_concurrent_transfers", 1, TRANSFERS_MAX, 1),
                        fields.integer("max_concurrent_queries_per_transfer", 1, QUERIES_MAX, 1),
                        fields.texts("readers", List.of()));
        fields.done();
        return new Draft(fields.path(), destination, endpoint.keepsSecret(), intent);
    }

    private static List<String> modelNames(Fields fields) {
        var names = fields.texts("models", ALL_MODELS);
        if (names.contains("*") && names.size() > 1) {
            fields.fault("models", "'*' means all models and stands alone; drop it or the names");
        }
        return names;
    }

    private static String name(Kind kind, Fields fields) {
        var name = fields.text("name");
        var trouble = name.isEmpty() ? null : Names.trouble(kind, name);
        if (trouble != null) {
            fields.fault("name", trouble);
        }
        return name;
    }
}
