package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which databases a save has to ask, and about what: only about what changed, so that one new
/// model does not connect to a thousand destinations.
///
/// @param fields where a model stands in what was sent, by its name
record LiveChecks(List<Check> checks, Map<String, String> fields) {

    LiveChecks {
        checks = List.copyOf(checks);
        fields = Map.copyOf(fields);
    }

    /// One connection to one database.
    sealed interface Check {
        /// Where the thing stands in what was sent, empty when it is all of it; such as
        /// `sources[app]` when it was not sent.
        String field();

        Endpoint endpoint();

        List<Model> models();

        record OfSource(String field, Source source, List<Model> models, List<Recipient> tenants)
                implements Check {
            @Override
            public Endpoint endpoint() {
                return source.endpoint();
            }
        }

        record OfDestination(String field, Destination destination, List<Model> models)
                implements Check {
            @Override
            public Endpoint endpoint() {
                return destination.endpoint();
            }
        }
    }

    /// What is asked, without ids, revisions and secrets: two plans with the same questions have
    /// the same answers.
    List<String> about() {
        return checks.stream().map(LiveChecks::about).toList();
    }

    private static String about(Check check) {
        var models =
                check.models().stream()
                        .map(m ->
                                List.of(
                                        m.name(),
                                        m.table(),
                                        m.tenancy(),
                                        m.primaryKey(),
                                        m.lastModified(),
                                        m.columns()))
                        .toList();
        var tenants =
                switch (check) {
                    case Check.OfSource ofSource ->
                            ofSource.tenants().stream().map(Recipient::tenantId).toList();
                    case Check.OfDestination _ -> List.of();
                };
        return switch (check.endpoint()) {
            case Endpoint.Postgres p ->
                    List.of(
                                    check.field(),
                                    CatalogRules.place(p),
                                    p.username(),
                                    p.sslMode(),
                                    String.valueOf(p.sslRootCert()),
                                    models,
                                    tenants)
                            .toString();
        };
    }

    static LiveChecks of(CatalogPlan plan) {
        var fields = new HashMap<String, String>();
        for (var change : plan.changes()) {
            if (change.record() instanceof Model model) {
                fields.put(model.name(), change.draft().field());
            }
        }
        var checks = new ArrayList<Check>();
        for (var source : plan.after().sources()) {
            ofSource(plan, source, checks);
        }
        for (var change : plan.changes()) {
            if (change.record() instanceof Destination destination && needsCheck(plan, change)) {
                checks.add(
                        new Check.OfDestination(
                                change.draft().field(),
                                destination,
                                plan.after().modelsOf(destination)));
            }
        }
        return new LiveChecks(checks, fields);
    }

    private static void ofSource(CatalogPlan plan, Source source, List<Check> checks) {
        var all = plan.after().modelsOf(source);
        var tenants = plan.after().recipients();
        var change = changeOf(plan, source);
        if (change != null && needsCheck(plan, change)) {
            checks.add(new Check.OfSource(change.draft().field(), source, all, tenants));
            return;
        }
        var newTenants = tenants.stream().filter(tenant -> changeOf(plan, tenant) != null).toList();
        var newModels = all.stream().filter(model -> changeOf(plan, model) != null).toList();
        if (!newModels.isEmpty()) {
            checks.add(new Check.OfSource(fieldOf(plan, source), source, newModels, tenants));
        }
        var bySchema =
                all.stream()
                        .filter(model -> model.tenancy() instanceof Tenancy.BySchema)
                        .filter(model -> !newModels.contains(model))
                        .toList();
        if (!newTenants.isEmpty() && !bySchema.isEmpty()) {
            checks.add(new Check.OfSource(fieldOf(plan, source), source, bySchema, newTenants));
        }
    }

    private static String fieldOf(CatalogPlan plan, CatalogRecord record) {
        return plan.changes().stream()
                .filter(change -> change.record().id().equals(record.id()))
                .findFirst()
                .map(change -> change.draft().field())
                .orElseGet(() -> "%s[%s]".formatted(Kind.of(record).section(), record.name()));
    }

    private static @Nullable Change changeOf(CatalogPlan plan, CatalogRecord record) {
        return plan.changes().stream()
                .filter(Change::isChange)
                .filter(change -> change.record().id().equals(record.id()))
                .findFirst()
                .orElse(null);
    }

    /// It connects elsewhere or otherwise than before, or carries other models.
    private static boolean needsCheck(CatalogPlan plan, Change change) {
        if (!change.isChange()) {
            return false;
        }
        var old = plan.before().withId(change.record().id());
        return switch (change.record()) {
            case Source source ->
                    !(old instanceof Source was) || !was.endpoint().equals(source.endpoint());
            case Destination destination ->
                    !(old instanceof Destination was)
                            || !was.endpoint().equals(destination.endpoint())
                            || !was.models().equals(destination.models());
            case Model _, Recipient _, Organization _ -> false;
        };
    }
}
