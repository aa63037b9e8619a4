package io.tranship.dispatch;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One state of the ledger's copy of the catalog: what names mean, and which limits hold.
final class Catalog {

    private static final Comparator<CatalogRecord> BY_NAME =
            Comparator.comparing(CatalogRecord::name).thenComparing(CatalogRecord::id);

    static final Catalog EMPTY = new Catalog(0, 0, Map.of());

    private final long version;
    private final long revision;
    private final Map<String, CatalogRecord> byKey;
    private final Map<String, CatalogRecord.Destination> destinationsByName = new HashMap<>();
    private final Map<String, CatalogRecord.Model> modelsByName = new TreeMap<>();
    private final Optional<String> installation;

    private Catalog(long version, long revision, Map<String, CatalogRecord> byKey) {
        this.version = version;
        this.revision = revision;
        this.byKey = byKey;
        installation =
                byKey.values().stream()
                        .filter(CatalogRecord.Organization.class::isInstance)
                        .map(CatalogRecord::id)
                        .min(Comparator.naturalOrder());
        byKey.values().stream()
                .sorted(BY_NAME)
                .forEach(entry -> {
                    switch (entry) {
                        case CatalogRecord.Destination d -> destinationsByName.put(d.name(), d);
                        case CatalogRecord.Model m -> modelsByName.put(m.name(), m);
                        case CatalogRecord.Organization _,
                                CatalogRecord.Source _,
                                CatalogRecord.Recipient _ -> {}
                    }
                });
    }

    /// This catalog once `changes` are known; an empty one is a deletion.
    ///
    /// @param version of the copy, see [CatalogStore]
    /// @param revision the greatest that was ever seen
    Catalog with(Map<String, Optional<CatalogRecord>> changes, long version, long revision) {
        var next = new HashMap<>(byKey);
        changes.forEach((key, entry) ->
                entry.ifPresentOrElse(there -> next.put(key, there), () -> next.remove(key)));
        return new Catalog(version, revision, next);
    }

    long version() {
        return version;
    }

    Optional<CatalogRecord> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// A destination by its id or its name.
    CatalogRecord.@Nullable Destination destination(String idOrName) {
        return find("destination:" + idOrName).orElse(null)
                        instanceof CatalogRecord.Destination destination
                ? destination
                : destinationsByName.get(idOrName);
    }

    /// A resource as somebody types it: with a name in place of the id, if it is of a destination
    /// or a source.
    Resource resource(String typed) {
        var name = typed.substring(typed.indexOf(':') + 1);
        if (typed.startsWith("destination:")) {
            var destination = destination(name);
            return destination == null
                    ? new Resource(typed)
                    : Resource.destination(destination.id());
        }
        if (typed.startsWith("source:")) {
            return byKey.values().stream()
                    .filter(CatalogRecord.Source.class::isInstance)
                    .filter(source -> source.name().equals(name))
                    .map(source -> Resource.source(source.id()))
                    .findFirst()
                    .orElseGet(() -> new Resource(typed));
        }
        return new Resource(typed);
    }

    Resolution resolve(TransferRequest request) {
        if (request.catalogRevision() > revision) {
            return new Resolution.Ahead(request.catalogRevision());
        }
        var destination = destination(request.destination());
        if (destination == null) {
            return unresolved(Rejections.unknownDestination(request.destination()));
        }
        var wanted =
                request.models().isEmpty()
                        ? modelsByName.values().stream()
                                .filter(destination::takes)
                                .map(CatalogRecord.Model::name)
                                .toList()
                        : request.models().stream().sorted().distinct().toList();
        if (wanted.isEmpty()) {
            return unresolved(Rejections.noModel(destination.name()));
        }
        var models = new ArrayList<CatalogRecord.Model>();
        for (var name : wanted) {
            var model = modelsByName.get(name);
            if (model == null || !destination.takes(model)) {
                return unresolved(Rejections.unknownModel(name, destination.name()));
            }
            models.add(model);
        }
        return resolved(destination, models);
    }

    private Resolution resolved(
            CatalogRecord.Destination destination, List<CatalogRecord.Model> models) {
        var sources = new LinkedHashMap<String, CatalogRecord.Source>();
        for (var model : models) {
            if (!(byKey.get("source:" + model.source()) instanceof CatalogRecord.Source source)) {
                return unresolved(Rejections.missing("source", model.source(), model.name()));
            }
            sources.put(source.id(), source);
        }
        if (!(byKey.get("recipient:" + destination.recipient())
                instanceof CatalogRecord.Recipient recipient)) {
            return unresolved(
                    Rejections.missing("recipient", destination.recipient(), destination.name()));
        }
        if (installation.isEmpty()) {
            return unresolved(
                    Rejections.missing("organization", "of this installation", "the catalog"));
        }
        return new Resolution.Resolved(
                installation.get(), destination, recipient, List.copyOf(sources.values()), models);
    }

    private static Resolution unresolved(TransferError error) {
        return new Resolution.Unresolved(error);
    }
}
