package io.tranship.benchmarks;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import java.util.ArrayList;
import java.util.List;

/// A catalog in which a transfer takes a slot of its source, its destination, its model and the
/// fleet. Ten destinations share a source, as many as its limit lets run.
final class CatalogOf {

    private static final int DESTINATIONS_PER_SOURCE = 10;

    private CatalogOf() {}

    static String destination(int n) {
        return "destination-%04d".formatted(n);
    }

    static int number(String destination) {
        return Integer.parseInt(destination.substring("destination-".length()));
    }

    static String source(int n) {
        return "source-%03d".formatted(n / DESTINATIONS_PER_SOURCE);
    }

    static String model(int n) {
        return "model-%03d".formatted(n / DESTINATIONS_PER_SOURCE);
    }

    static List<CatalogRecord> destinations(int count) {
        var revision = 1L;
        var records = new ArrayList<CatalogRecord>();
        records.add(new Organization("bench", "bench", revision++, 1440));
        for (var n = 0; n < count; n += DESTINATIONS_PER_SOURCE) {
            records.add(
                    new Source(
                            source(n),
                            source(n),
                            revision++,
                            endpoint("source", n),
                            DESTINATIONS_PER_SOURCE,
                            1,
                            null,
                            null));
            records.add(modelOf(n, revision++));
        }
        for (var n = 0; n < count; n++) {
            var recipient = "recipient-" + n;
            records.add(new Recipient(recipient, recipient, revision++, "org_" + n));
            records.add(
                    new Destination(
                            destination(n),
                            destination(n),
                            revision++,
                            recipient,
                            endpoint("warehouse", n),
                            List.of(model(n)),
                            true,
                            60,
                            1,
                            1,
                            List.of()));
        }
        return records;
    }

    private static Model modelOf(int n, long revision) {
        return new Model(
                model(n),
                model(n),
                revision,
                source(n),
                "invoices",
                new Tenancy.ByColumn("organization_id"),
                List.of("id"),
                new LastModified("updated_at", null),
                NullLastModified.BACKFILL_ONLY,
                100,
                List.of(),
                null,
                false);
    }

    private static Endpoint endpoint(String database, int n) {
        return new Endpoint.Postgres(
                "db.example.com",
                5432,
                database + n,
                "public",
                "tranship",
                new Secret.Env("DB_PASSWORD"),
                SslMode.PREFER,
                null);
    }
}
