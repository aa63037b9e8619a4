package io.tranship.scheduler;

import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// How large work orders may become: what is in them is encoded once, however many orders hold it.
final class OrderSizes {

    /// Ids, times and lengths around what an order holds.
    private static final int AROUND_BYTES = 1_000;

    private final Catalog catalog;
    private final Map<String, Integer> bytesById = new HashMap<>();
    private final Map<Set<String>, Long> bytesByModels = new HashMap<>();
    private final Map<Set<String>, Boolean> concernedByModels = new HashMap<>();

    OrderSizes(Catalog catalog) {
        this.catalog = catalog;
    }

    /// Never less than the order will have.
    long bytesMax(Destination destination) {
        return AROUND_BYTES
                + bytes(destination)
                + bytes(known(destination.recipient()))
                + bytesByModels.computeIfAbsent(
                        names(destination), _ -> ofModels(catalog.modelsOf(destination)));
    }

    /// @param changed ids of what a save changes; the same at each call
    boolean concerns(Set<String> changed, Destination destination) {
        return changed.contains(destination.id())
                || changed.contains(destination.recipient())
                || concernedByModels.computeIfAbsent(
                        names(destination),
                        _ ->
                                catalog.modelsOf(destination).stream()
                                        .anyMatch(model ->
                                                changed.contains(model.id())
                                                        || changed.contains(model.source())));
    }

    private static Set<String> names(Destination destination) {
        return Set.copyOf(destination.models());
    }

    private long ofModels(Collection<Model> models) {
        return Stream.concat(
                        models.stream().map(Model::source).distinct().map(this::known),
                        models.stream())
                .mapToLong(this::bytes)
                .sum();
    }

    private CatalogRecord known(String id) {
        return Objects.requireNonNull(catalog.withId(id));
    }

    private int bytes(CatalogRecord record) {
        return bytesById.computeIfAbsent(record.id(), _ -> CatalogCodec.encode(record).length);
    }
}
