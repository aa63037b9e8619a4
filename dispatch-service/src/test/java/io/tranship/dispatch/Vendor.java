package io.tranship.dispatch;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Secret;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A small catalog for tests: names are ids too.
final class Vendor {

    private long revision;
    private final Map<String, CatalogRecord> records = new HashMap<>();

    Vendor() {
        put(new CatalogRecord.Organization("installation-1", "vendor", ++revision, 1440));
    }

    static Vendor withOneOfEach() {
        return new Vendor().source("app", 10).model("invoices", "app").destination("acme", "acme");
    }

    Vendor source(String name, int limit) {
        return put(
                new CatalogRecord.Source(
                        name, name, ++revision, endpoint(name), limit, 1, null, null));
    }

    Vendor model(String name, String source) {
        return put(
                new CatalogRecord.Model(
                        name,
                        name,
                        ++revision,
                        source,
                        name,
                        new CatalogRecord.Tenancy.ByColumn("organization_id"),
                        List.of("id"),
                        new CatalogRecord.LastModified("updated_at", null),
                        CatalogRecord.NullLastModified.BACKFILL_ONLY,
                        100,
                        List.of(),
                        null,
                        false));
    }

    Vendor destination(String name, String recipient) {
        return destination(name, recipient, 1, "*");
    }

    Vendor destination(String name, String recipient, int limit, String... models) {
        put(new CatalogRecord.Recipient(recipient, recipient, ++revision, "org_" + recipient));
        return put(
                new CatalogRecord.Destination(
                        name,
                        name,
                        ++revision,
                        recipient,
                        endpoint(name),
                        List.of(models),
                        true,
                        60,
                        limit,
                        1,
                        List.of()));
    }

    Vendor put(CatalogRecord entry) {
        records.put(entry.key(), entry);
        return this;
    }

    long revision() {
        return revision;
    }

    List<CatalogRecord> records() {
        return new ArrayList<>(records.values());
    }

    CatalogRecord find(String key) {
        var found = records.get(key);
        if (found == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return found;
    }

    Catalog catalog() {
        var changes = new HashMap<String, Optional<CatalogRecord>>();
        records.forEach((key, entry) -> changes.put(key, Optional.of(entry)));
        return Catalog.EMPTY.with(changes, 1, revision);
    }

    static TransferRequest ask(
            TransferId id, String destination, TransferKind kind, String... models) {
        return new TransferRequest(
                id,
                destination,
                List.of(models),
                kind,
                false,
                null,
                null,
                false,
                false,
                false,
                new Actor("user", "test"),
                Map.of(),
                0);
    }

    static TransferRequest under(TransferRequest request, long revision) {
        return new TransferRequest(
                request.transferId(),
                request.destination(),
                request.models(),
                request.kind(),
                request.fullRefresh(),
                request.windowStart(),
                request.windowEnd(),
                request.repair(),
                request.acceptShrink(),
                request.adopt(),
                request.actor(),
                request.tags(),
                revision);
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
