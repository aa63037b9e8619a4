package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that the catalog holds at one revision.
final class Catalog {

    static final String ORGANIZATION_NAME = "organization";

    private final long revision;
    private final Organization organization;
    private final Map<Kind, Map<String, CatalogRecord>> byName = new EnumMap<>(Kind.class);
    private final Map<String, CatalogRecord> byId = new HashMap<>();
    private final List<Model> models;

    Catalog(long revision, Organization organization, Collection<? extends CatalogRecord> things) {
        this.revision = revision;
        this.organization = organization;
        for (var kind : Kind.values()) {
            byName.put(kind, new TreeMap<>());
        }
        for (var thing : things) {
            section(Kind.of(thing)).put(thing.name(), thing);
            byId.put(thing.id(), thing);
        }
        models = typed(Kind.MODEL, Model.class);
    }

    /// The greatest revision of anything in it.
    long revision() {
        return revision;
    }

    Organization organization() {
        return organization;
    }

    Collection<CatalogRecord> all() {
        return byId.values();
    }

    Collection<CatalogRecord> all(Kind kind) {
        return section(kind).values();
    }

    List<Source> sources() {
        return typed(Kind.SOURCE, Source.class);
    }

    List<Model> models() {
        return models;
    }

    List<Recipient> recipients() {
        return typed(Kind.RECIPIENT, Recipient.class);
    }

    List<Destination> destinations() {
        return typed(Kind.DESTINATION, Destination.class);
    }

    Optional<CatalogRecord> find(Kind kind, String idOrName) {
        var thing =
                Names.isId(idOrName) ? byId.get(Names.id(idOrName)) : section(kind).get(idOrName);
        return Optional.ofNullable(thing).filter(kind::holds);
    }

    @Nullable CatalogRecord named(Kind kind, String name) {
        return section(kind).get(name);
    }

    @Nullable CatalogRecord withId(String id) {
        return byId.get(id);
    }

    List<Model> modelsOf(Source source) {
        return models().stream().filter(model -> model.source().equals(source.id())).toList();
    }

    /// In the order of names; found without a look at every model unless all are taken.
    List<Model> modelsOf(Destination destination) {
        return destination.models().contains("*")
                ? models
                : destination.models().stream()
                        .distinct()
                        .sorted()
                        .map(section(Kind.MODEL)::get)
                        .filter(Model.class::isInstance)
                        .map(Model.class::cast)
                        .toList();
    }

    /// Those that refer to `record` by its id or its name.
    List<CatalogRecord> referrers(CatalogRecord record) {
        return switch (record) {
            case Source source -> List.copyOf(modelsOf(source));
            case Recipient recipient ->
                    List.copyOf(
                            destinations().stream()
                                    .filter(d -> d.recipient().equals(recipient.id()))
                                    .toList());
            case Model model ->
                    List.copyOf(
                            destinations().stream()
                                    .filter(d -> d.models().contains(model.name()))
                                    .toList());
            case Destination _, Organization _ -> List.of();
        };
    }

    static String title(CatalogRecord record) {
        return "%s '%s'".formatted(record.kind(), record.name());
    }

    private Map<String, CatalogRecord> section(Kind kind) {
        return byName.get(kind);
    }

    private <T extends CatalogRecord> List<T> typed(Kind kind, Class<T> type) {
        return all(kind).stream().map(type::cast).toList();
    }
}
