package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.WorkOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// What holds between the things of a catalog. Each rule is checked for what changed and named at
/// its field.
final class CatalogRules {

    /// Of each kind. All are read for a save.
    static final int THINGS_MAX = 10_000;

    /// Left of a work order for what a request adds: tags, and the names of its models.
    private static final int REQUEST_BYTES = 50_000;

    private final Catalog before;
    private final Catalog after;
    private final List<Change> changes;
    private final Faults faults;

    private CatalogRules(Catalog before, Catalog after, List<Change> changes, Faults faults) {
        this.before = before;
        this.after = after;
        this.changes = changes;
        this.faults = faults;
    }

    static void check(Catalog before, Catalog after, List<Change> changes, Faults faults) {
        var rules = new CatalogRules(before, after, changes, faults);
        rules.numbers();
        rules.references();
        rules.tenants();
        rules.tables();
        rules.places();
        if (faults.isEmpty()) {
            rules.orders();
        }
    }

    private void numbers() {
        for (var kind : Kind.values()) {
            var number = after.all(kind).size();
            if (number > THINGS_MAX) {
                faults.add(
                        kind.section(),
                        "there would be %d, at most %d are taken".formatted(number, THINGS_MAX));
            }
        }
    }

    private void references() {
        for (var change : changes) {
            switch (change.record()) {
                case Model model -> exists(change, "source", Kind.SOURCE, model.source());
                case Destination destination -> {
                    exists(change, "recipient", Kind.RECIPIENT, destination.recipient());
                    modelsExist(change, destination);
                }
                case Source _, Recipient _, Organization _ -> {
                    // They refer to nothing.
                }
            }
        }
    }

    private void exists(Change change, String field, Kind kind, String idOrName) {
        if (!idOrName.isEmpty() && after.find(kind, idOrName).isEmpty()) {
            faults.add(
                    change.draft().at(field),
                    "there is no %s '%s'; add it or name another".formatted(kind.word(), idOrName));
        }
    }

    private void modelsExist(Change change, Destination destination) {
        for (var i = 0; i < destination.models().size(); i++) {
            var name = destination.models().get(i);
            if (!name.equals("*") && after.named(Kind.MODEL, name) == null) {
                faults.add(
                        change.draft().at("models[%d]".formatted(i)),
                        "there is no model '%s'; add it or name another".formatted(name));
            }
        }
    }

    /// Whose rows a destination holds stays as it was: an incremental would merge another tenant's
    /// rows into what it has.
    private void tenants() {
        for (var change : changes) {
            var former = before.withId(change.record().id());
            if (former instanceof Recipient was
                    && change.record() instanceof Recipient is
                    && !was.tenantId().equals(is.tenantId())) {
                before.destinations().stream()
                        .filter(destination -> destination.recipient().equals(is.id()))
                        .findFirst()
                        .ifPresent(destination ->
                                faults.add(
                                        change.draft().at("tenant_id"),
                                        "destination '%s' holds this recipient's rows as tenant '%s'; add another recipient with a destination of its own"
                                                .formatted(destination.name(), was.tenantId())));
            }
            if (former instanceof Destination was
                    && change.record() instanceof Destination is
                    && !was.recipient().equals(is.recipient())) {
                faults.add(
                        change.draft().at("recipient"),
                        "destination '%s' holds the rows of another recipient; add another destination for this one"
                                .formatted(was.name()));
            }
        }
    }

    /// A model's name is its table's name at destinations, some of which fold case. Destinations
    /// name models, so a renamed one must not be named.
    private void tables() {
        var folded = new HashMap<String, Model>();
        for (var model : after.models()) {
            var twin = folded.putIfAbsent(model.name().toLowerCase(Locale.ROOT), model);
            if (twin != null) {
                var newer = model.revision() > twin.revision() ? model : twin;
                var older = newer.equals(model) ? twin : model;
                faults.add(
                        fieldOf(newer, "name"),
                        "'%s' and '%s' would be one table at a destination that folds case"
                                .formatted(newer.name(), older.name()));
            }
        }
        for (var destination : after.destinations()) {
            for (var name : destination.models()) {
                if (!name.equals("*")
                        && after.named(Kind.MODEL, name) == null
                        && changes.stream().noneMatch(c -> c.record().equals(destination))) {
                    faults.add(
                            "name",
                            "destination '%s' takes the model as '%s'; change that first"
                                    .formatted(destination.name(), name));
                }
            }
        }
    }

    /// Two writers of one schema would share its control tables, and a source must not be written.
    private void places() {
        var places = new HashMap<String, CatalogRecord>();
        for (var source : after.sources()) {
            places.putIfAbsent(place(source.endpoint()), source);
        }
        for (var destination : after.destinations()) {
            var place = place(destination.endpoint());
            var other = places.put(place, destination);
            if (other != null) {
                var newer = destination.revision() > other.revision() ? destination : other;
                faults.add(
                        fieldOf(
                                newer,
                                newer.kind().equals("source") ? "postgres" : "postgres.schema"),
                        "%s is the place of %s too; give each a schema of its own"
                                .formatted(
                                        place,
                                        Catalog.title(newer.equals(other) ? destination : other)));
            }
        }
    }

    /// Where rows lie: what no two destinations share.
    static String place(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Postgres p ->
                    "%s:%d/%s/%s"
                            .formatted(
                                    p.host().toLowerCase(Locale.ROOT),
                                    p.port(),
                                    p.database(),
                                    p.schema());
        };
    }

    private void orders() {
        var changed = new HashSet<String>();
        changes.stream().filter(Change::isChange).forEach(c -> changed.add(c.record().id()));
        if (changed.isEmpty()) {
            return;
        }
        var sizes = new OrderSizes(after);
        var named = new HashSet<String>();
        for (var destination : after.destinations()) {
            if (!sizes.concerns(changed, destination)) {
                continue;
            }
            var bytes = sizes.bytesMax(destination);
            var field = fieldOf(destination, "models");
            if (bytes > WorkOrder.BYTES_MAX - REQUEST_BYTES && named.add(field)) {
                faults.add(
                        field,
                        ("the work order of destination '%s' with its %d models may have %d bytes, at"
                                        + " most %d are taken; give it fewer models or columns")
                                .formatted(
                                        destination.name(),
                                        after.modelsOf(destination).size(),
                                        bytes,
                                        WorkOrder.BYTES_MAX - REQUEST_BYTES));
            }
        }
    }

    private String fieldOf(CatalogRecord record, String name) {
        return changes.stream()
                .filter(change -> change.record().id().equals(record.id()))
                .findFirst()
                .map(change -> change.draft().at(name))
                .orElse(name);
    }
}
