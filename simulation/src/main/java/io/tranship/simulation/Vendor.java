package io.tranship.simulation;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small catalog, drawn at random, whose limits change.
final class Vendor {

    private final World world;
    private final Map<String, CatalogRecord> records = new LinkedHashMap<>();
    private final List<String> destinations = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private long revision;

    Vendor(World world) {
        this.world = world;
        put(new CatalogRecord.Organization("installation", "vendor", ++revision, 60));
        var sources = new ArrayList<String>();
        for (var i = 0; i < 1 + world.below(3); i++) {
            sources.add("s" + i);
            put(source("s" + i, 1 + world.below(4)));
        }
        for (var i = 0; i < 2 + world.below(3); i++) {
            models.add("m" + i);
            put(model("m" + i, world.any(sources)));
        }
        for (var i = 0; i < 3 + world.below(4); i++) {
            var recipient = "r" + world.below(3);
            put(new CatalogRecord.Recipient(recipient, recipient, ++revision, recipient));
            destinations.add("d" + i);
            put(destination("d" + i, recipient, 1 + world.below(2), 3 + world.below(12)));
        }
    }

    List<CatalogRecord> records() {
        return List.copyOf(records.values());
    }

    List<String> destinations() {
        return destinations;
    }

    List<String> models() {
        return models;
    }

    /// Another limit of a source or of a destination.
    CatalogRecord change() {
        var changeable =
                records.values().stream()
                        .filter(entry ->
                                entry instanceof CatalogRecord.Source
                                        || entry instanceof CatalogRecord.Destination)
                        .toList();
        return put(
                switch (world.any(changeable)) {
                    case CatalogRecord.Source s -> source(s.id(), 1 + world.below(5));
                    case CatalogRecord.Destination d ->
                            destination(
                                    d.id(),
                                    d.recipient(),
                                    1 + world.below(3),
                                    d.frequencyMinutes());
                    case CatalogRecord other -> other;
                });
    }

    private CatalogRecord put(CatalogRecord entry) {
        records.put(entry.key(), entry);
        return entry;
    }

    private CatalogRecord source(String id, int limit) {
        return new CatalogRecord.Source(id, id, ++revision, endpoint(id), limit, 1, null, null);
    }

    private CatalogRecord model(String id, String source) {
        return new CatalogRecord.Model(
                id,
                id,
                ++revision,
                source,
                id,
                new CatalogRecord.Tenancy.ByColumn("tenant"),
                List.of("id"),
                new CatalogRecord.LastModified("updated_at", null),
                CatalogRecord.NullLastModified.BACKFILL_ONLY,
                100,
                List.of(),
                null,
                false);
    }

    private CatalogRecord destination(String id, String recipient, int limit, int minutes) {
        return new CatalogRecord.Destination(
                id,
                id,
                ++revision,
                recipient,
                endpoint(id),
                List.of("*"),
                true,
                minutes,
                limit,
                1,
                List.of());
    }

    private static Endpoint endpoint(String name) {
        return new Endpoint.Postgres(
                "127.0.0.1",
                5432,
                name,
                "public",
                "u",
                new Secret.Env("PASSWORD"),
                Endpoint.Postgres.SslMode.PREFER,
                null);
    }
}
