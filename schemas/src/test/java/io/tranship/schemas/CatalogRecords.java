package io.tranship.schemas;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import java.util.List;
import java.util.random.RandomGenerator;

/// Generated catalog records and work orders.
public final class CatalogRecords {

    private CatalogRecords() {}

    public static CatalogRecord any(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 ->
                    new Organization(
                            Any.uuid(random).toString(),
                            Any.name(random),
                            Any.count(random),
                            1 + random.nextInt(1440));
            case 1 -> anySource(random);
            case 2 -> anyModel(random);
            case 3 -> anyRecipient(random);
            default -> anyDestination(random);
        };
    }

    public static Source anySource(RandomGenerator random) {
        return new Source(
                Any.uuid(random).toString(),
                Any.name(random),
                Any.count(random),
                anyEndpoint(random),
                1 + random.nextInt(20),
                1 + random.nextInt(4),
                Any.orNull(random, () -> random.nextInt(600)),
                Any.orNull(random, () -> 1 + random.nextInt(100_000)));
    }

    public static Model anyModel(RandomGenerator random) {
        return new Model(
                Any.uuid(random).toString(),
                Any.name(random),
                Any.count(random),
                Any.uuid(random).toString(),
                Any.name(random),
                random.nextBoolean()
                        ? new Tenancy.BySchema()
                        : new Tenancy.ByColumn(Any.name(random)),
                Any.names(random, 3),
                new LastModified(Any.name(random), Any.orNull(random, () -> "Europe/Paris")),
                Any.of(random, NullLastModified.class),
                random.nextInt(1000),
                Any.some(
                        random,
                        4,
                        () ->
                                new Column(
                                        Any.name(random),
                                        Any.orNull(random, () -> Any.name(random)),
                                        Any.orNull(random, () -> "numeric(12,2)"))),
                Any.orNull(
                        random,
                        () ->
                                new Deletes(
                                        Any.orNull(random, () -> Any.name(random)),
                                        random.nextInt(1440),
                                        random.nextInt(101))),
                random.nextBoolean());
    }

    public static Recipient anyRecipient(RandomGenerator random) {
        return new Recipient(
                Any.uuid(random).toString(), Any.name(random), Any.count(random), Any.name(random));
    }

    public static Destination anyDestination(RandomGenerator random) {
        return new Destination(
                Any.uuid(random).toString(),
                Any.name(random),
                Any.count(random),
                Any.uuid(random).toString(),
                anyEndpoint(random),
                random.nextBoolean() ? List.of("*") : Any.names(random, 4),
                random.nextBoolean(),
                random.nextInt(1441),
                1 + random.nextInt(4),
                1 + random.nextInt(4),
                Any.names(random, 3));
    }

    public static Endpoint anyEndpoint(RandomGenerator random) {
        return new Endpoint.Postgres(
                Any.name(random),
                1 + random.nextInt(65535),
                Any.name(random),
                Any.name(random),
                Any.name(random),
                anySecret(random),
                Any.of(random, Endpoint.Postgres.SslMode.class),
                Any.orNull(random, () -> "/etc/ca.pem"));
    }

    public static Secret anySecret(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Secret.Env(Any.name(random));
            case 1 -> new Secret.File("/run/secrets/" + Any.name(random));
            default -> new Secret.Sealed(Any.name(random));
        };
    }

    public static WorkOrder anyWorkOrder(RandomGenerator random) {
        var request = TransferFacts.anyRequest(random);
        return new WorkOrder(
                request.transferId(),
                Any.count(random),
                Any.time(random),
                Any.uuid(random).toString(),
                request,
                anyDestination(random),
                anyRecipient(random),
                Any.some(random, 3, () -> anySource(random)),
                Any.some(random, 5, () -> anyModel(random)));
    }
}
