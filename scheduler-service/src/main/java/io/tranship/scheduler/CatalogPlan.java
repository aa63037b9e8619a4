package io.tranship.scheduler;

import io.tranship.scheduler.Change.Outcome;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a save would change, decided without touching anything.
///
/// Each thing that changes gets a revision of its own, in the order of publication: whoever has
/// read up to a revision has all that came before it.
record CatalogPlan(Catalog before, Catalog after, List<Change> changes) {

    CatalogPlan {
        changes = List.copyOf(changes);
    }

    boolean changesAnything() {
        return changes.stream().anyMatch(Change::isChange);
    }

    /// Draws ids and compares sealed secrets; both are effects that the core has no right to.
    ///
    /// @param revisionMin no new revision is smaller: the clock's milliseconds, so that revisions
    ///   rise when the database is restored to an earlier state
    /// @param ids a new id
    /// @param sameSecret whether two sealed secrets hide one plain text
    record Means(
            long revisionMin,
            Supplier<String> ids,
            BiPredicate<Secret.Sealed, Secret.Sealed> sameSecret) {}

    static CatalogPlan of(Catalog before, List<Draft> drafts, Means means, Faults faults) {
        var making = new Making(before, means, faults);
        drafts.forEach(making::take);
        var after = making.after();
        CatalogRules.check(before, after, making.changes, faults);
        return new CatalogPlan(before, after, making.changes);
    }

    /// The catalog in the state between two drafts.
    private static final class Making {

        private final Means means;
        private final Faults faults;
        private final List<Change> changes = new ArrayList<>();
        private final Map<String, CatalogRecord> things = new HashMap<>();
        private final Map<String, String> idsByName = new HashMap<>();
        private final Map<String, String> fieldsByName = new HashMap<>();
        private Organization organization;
        private long revision;

        Making(Catalog before, Means means, Faults faults) {
            this.means = means;
            this.faults = faults;
            this.organization = before.organization();
            this.revision = before.revision();
            for (var thing : before.all()) {
                put(thing);
            }
        }

        Catalog after() {
            return new Catalog(revision, organization, things.values());
        }

        void take(Draft draft) {
            var wanted = draft.record();
            var twin = fieldsByName.putIfAbsent(key(wanted.kind(), wanted.name()), draft.field());
            if (twin != null) {
                faults.add(
                        draft.at("name"),
                        "'%s' is the name of %s too; names are unique"
                                .formatted(wanted.name(), twin));
                return;
            }
            var old = old(draft);
            var id = old == null ? means.ids().get() : old.id();
            var same = complete(draft, id, old == null ? 0 : old.revision(), old);
            if (same.equals(old)) {
                changes.add(new Change(draft, Outcome.UNCHANGED, old));
                return;
            }
            revision = Math.max(revision + 1, means.revisionMin());
            var changed = complete(draft, id, revision, old);
            if (old != null && !(old instanceof Organization)) {
                idsByName.remove(key(old.kind(), old.name()));
            }
            put(changed);
            changes.add(
                    new Change(draft, old == null ? Outcome.CREATED : Outcome.UPDATED, changed));
        }

        private @Nullable CatalogRecord old(Draft draft) {
            var wanted = draft.record();
            if (wanted instanceof Organization) {
                return organization;
            }
            var namesake = named(wanted.kind(), wanted.name());
            return switch (draft.intent()) {
                case Draft.Intent.Create _ -> {
                    if (namesake != null) {
                        faults.add(draft.at("name"), taken(wanted));
                    }
                    yield null;
                }
                case Draft.Intent.Apply _ -> namesake;
                case Draft.Intent.Update(var id) -> {
                    var old = things.get(id);
                    if (namesake != null && !namesake.id().equals(id)) {
                        faults.add(draft.at("name"), taken(wanted));
                    }
                    yield old;
                }
            };
        }

        private static String taken(CatalogRecord wanted) {
            return "there is a %s already; names are unique, so choose another or change that one"
                    .formatted(Catalog.title(wanted));
        }

        private void put(CatalogRecord thing) {
            if (thing instanceof Organization changed) {
                organization = changed;
                return;
            }
            things.put(thing.id(), thing);
            idsByName.put(key(thing.kind(), thing.name()), thing.id());
        }

        private @Nullable CatalogRecord named(String kind, String name) {
            var id = idsByName.get(key(kind, name));
            return id == null ? null : things.get(id);
        }

        private static String key(String kind, String name) {
            return kind + ":" + name;
        }

        /// The draft with its identity, its references as ids, and the secret that is to be stored.
        private CatalogRecord complete(
                Draft draft, String id, long revision, @Nullable CatalogRecord old) {
            return switch (draft.record()) {
                case Organization o ->
                        new Organization(id, o.name(), revision, o.frequencyMinutes());
                case Source s ->
                        new Source(
                                id,
                                s.name(),
                                revision,
                                endpoint(draft, s.endpoint(), old),
                                s.maxConcurrentTransfers(),
                                s.maxConcurrentQueriesPerTransfer(),
                                s.lookbackSeconds(),
                                s.maxRowsPerSecond());
                case Recipient r -> new Recipient(id, r.name(), revision, r.tenantId());
                case Model m ->
                        new Model(
                                id,
                                m.name(),
                                revision,
                                referred(Kind.SOURCE, m.source()),
                                m.table(),
                                m.tenancy(),
                                m.primaryKey(),
                                m.lastModified(),
                                m.nullLastModified(),
                                m.quarantineRowsMax(),
                                m.columns(),
                                m.deletes(),
                                m.backfillNewColumns());
                case Destination d ->
                        new Destination(
                                id,
                                d.name(),
                                revision,
                                referred(Kind.RECIPIENT, d.recipient()),
                                endpoint(draft, d.endpoint(), old),
                                d.models(),
                                d.enabled(),
                                d.frequencyMinutes(),
                                d.maxConcurrentTransfers(),
                                d.maxConcurrentQueriesPerTransfer(),
                                d.readers());
            };
        }

        /// What it refers to by name or id, as an id. A name that is not there stays as it is: the
        /// rules name it.
        private String referred(Kind kind, String idOrName) {
            if (Names.isId(idOrName)) {
                return Names.id(idOrName);
            }
            var thing = named(kind.word(), idOrName);
            return thing == null ? idOrName : thing.id();
        }

        private Endpoint endpoint(Draft draft, Endpoint wanted, @Nullable CatalogRecord old) {
            var stored =
                    switch (old) {
                        case Source source -> source.endpoint();
                        case Destination destination -> destination.endpoint();
                        case null, default -> null;
                    };
            return switch (wanted) {
                case Endpoint.Postgres postgres -> postgres(draft, postgres, stored);
            };
        }

        private Endpoint postgres(
                Draft draft, Endpoint.Postgres wanted, @Nullable Endpoint stored) {
            var before = stored instanceof Endpoint.Postgres postgres ? postgres.password() : null;
            if (draft.keepsSecret()) {
                if (before == null) {
                    faults.add(
                            draft.at("postgres.password"),
                            "nothing is stored that {\"sealed\": true} could keep; give the password");
                    return wanted;
                }
                return CatalogView.withPassword(wanted, before);
            }
            if (before instanceof Secret.Sealed was
                    && wanted.password() instanceof Secret.Sealed is
                    && means.sameSecret().test(was, is)) {
                return CatalogView.withPassword(wanted, was);
            }
            return wanted;
        }
    }
}
