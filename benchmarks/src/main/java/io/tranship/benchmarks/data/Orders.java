package io.tranship.benchmarks.data;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.Secret;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WorkOrder;
import io.tranship.servers.LocalPostgres;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Writes work orders as dispatch does, each under a higher epoch.
final class Orders {

    private static final Duration START_BY = Duration.ofMinutes(1);

    private final DataStand stand;
    private final RandomGenerator random = new SecureRandom();
    private long epoch;

    Orders(DataStand stand) {
        this.stand = stand;
    }

    /// @param schema of the destination; each stands for a destination of its own
    /// @param streams statements that may run at once on each side
    WorkOrder order(String tenant, String schema, int streams, int lookbackSeconds) {
        return order(tenant, schema, streams, lookbackSeconds, TransferKind.TRANSFER, false);
    }

    /// Compares both sides.
    ///
    /// @param repair transfers again what differs
    WorkOrder integrity(String tenant, String schema, boolean repair) {
        return order(tenant, schema, 1, TenantSet.LOOKBACK_SECONDS, TransferKind.INTEGRITY, repair);
    }

    private WorkOrder order(
            String tenant,
            String schema,
            int streams,
            int lookbackSeconds,
            TransferKind kind,
            boolean repair) {
        var id = new TransferId(UuidV7.draw(Instant.now(), random));
        var recipient = new Recipient("recipient", tenant, 1, tenant);
        var to =
                new Destination(
                        "to-" + schema,
                        schema,
                        1,
                        recipient.id(),
                        endpoint(stand.destinationServer(), DataStand.DESTINATION, schema),
                        List.of("*"),
                        true,
                        0,
                        1,
                        streams,
                        List.of());
        var from =
                new Source(
                        "app",
                        "app",
                        1,
                        endpoint(stand.sourceServer(), DataStand.SOURCE, "public"),
                        10,
                        streams,
                        lookbackSeconds,
                        null);
        epoch++;
        return new WorkOrder(
                id,
                epoch,
                Instant.now().plus(START_BY),
                "bench",
                request(id, to.name(), kind, repair),
                to,
                recipient,
                List.of(from),
                List.of(model(from)));
    }

    private static TransferRequest request(
            TransferId id, String destination, TransferKind kind, boolean repair) {
        return new TransferRequest(
                id,
                destination,
                List.of(),
                kind,
                false,
                null,
                null,
                repair,
                false,
                false,
                Actor.SCHEDULE,
                Map.of(),
                0);
    }

    private static Model model(Source from) {
        return new Model(
                "invoices",
                "invoices",
                1,
                from.id(),
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

    private static Postgres endpoint(LocalPostgres server, String database, String schema) {
        return new Postgres(
                "127.0.0.1",
                server.port(),
                database,
                schema,
                LocalPostgres.USER,
                new Secret.Env(DataStand.PASSWORD_VARIABLE),
                Postgres.SslMode.PREFER,
                null);
    }
}
