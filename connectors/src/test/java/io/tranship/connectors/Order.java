package io.tranship.connectors;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WorkOrder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a test asks for: a work order in the making. Every run gets the next epoch unless the test
/// sets one.
record Order(
        Endpoint.Postgres from,
        Endpoint.Postgres to,
        String tenant,
        List<Model> models,
        TransferRequest request,
        String installation,
        String destination,
        @Nullable Long epoch,
        RunId runId,
        Map<String, String> passwords,
        TransferSettings settings) {

    private static final AtomicLong EPOCHS = new AtomicLong(1_000);

    static Order between(Database source, Database destination) {
        return new Order(
                source.endpoint("public"),
                destination.endpoint("vendor_data"),
                "org_1",
                List.of(model("invoices")),
                plainRequest(),
                "installation-1",
                "destination-1",
                null,
                new RunId(UUID.randomUUID()),
                Map.of(
                        "source-1", Database.SERVERS.postgresPassword(),
                        "destination", Database.SERVERS.postgresPassword()),
                TransferSettings.DEFAULTS);
    }

    private static TransferRequest plainRequest() {
        return TransferRequest.plain(
                new TransferId(UUID.randomUUID()), "acme", new Actor("user", "test"));
    }

    static Model model(String name) {
        return new Model(
                "model-" + name,
                name,
                1,
                "source-1",
                name,
                new Tenancy.ByColumn("org"),
                List.of("id"),
                new LastModified("updated_at", null),
                NullLastModified.BACKFILL_ONLY,
                0,
                List.<Column>of(),
                null,
                false);
    }

    static Model with(
            Model m,
            List<String> key,
            Tenancy tenancy,
            LastModified modified,
            NullLastModified nulls) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                m.table(),
                tenancy,
                key,
                modified,
                nulls,
                0,
                m.columns(),
                null,
                false);
    }

    static Model keyed(Model m, String... key) {
        return with(m, List.of(key), m.tenancy(), m.lastModified(), m.nullLastModified());
    }

    static Model inSchemas(Model m) {
        return with(
                m, m.primaryKey(), new Tenancy.BySchema(), m.lastModified(), m.nullLastModified());
    }

    static Model nulls(Model m, NullLastModified nulls) {
        return with(m, m.primaryKey(), m.tenancy(), m.lastModified(), nulls);
    }

    static Model modified(Model m, LastModified modified) {
        return with(m, m.primaryKey(), m.tenancy(), modified, m.nullLastModified());
    }

    static Model revised(Model m, long revision, Column... columns) {
        return new Model(
                m.id(),
                m.name(),
                revision,
                m.source(),
                m.table(),
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                0,
                List.of(columns),
                null,
                m.backfillNewColumns());
    }

    static Model quarantining(Model m, int rowsMax) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                m.table(),
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                rowsMax,
                m.columns(),
                m.deletes(),
                m.backfillNewColumns());
    }

    static Column column(String name) {
        return new Column(name, null, null);
    }

    static Model deleting(Model m, Deletes deletes) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                m.table(),
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                0,
                m.columns(),
                deletes,
                m.backfillNewColumns());
    }

    static Model fillingNewColumns(Model m) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                m.table(),
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                m.quarantineRowsMax(),
                m.columns(),
                m.deletes(),
                true);
    }

    static Model on(Model m, String table) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                table,
                m.tenancy(),
                m.primaryKey(),
                m.lastModified(),
                m.nullLastModified(),
                0,
                m.columns(),
                null,
                m.backfillNewColumns());
    }

    Order from(UnaryOperator<Endpoint.Postgres> change) {
        return new Order(
                change.apply(from),
                to,
                tenant,
                models,
                request,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                settings);
    }

    Order to(UnaryOperator<Endpoint.Postgres> change) {
        return to(change.apply(to));
    }

    Order to(Endpoint.Postgres endpoint) {
        return new Order(
                from,
                endpoint,
                tenant,
                models,
                request,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                settings);
    }

    Order tenant(String id) {
        return new Order(
                from,
                to,
                id,
                models,
                request,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                settings);
    }

    Order models(Model... wanted) {
        return new Order(
                from,
                to,
                tenant,
                List.of(wanted),
                request,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                settings);
    }

    Order owner(String ofInstallation, String ofDestination) {
        return new Order(
                from,
                to,
                tenant,
                models,
                request,
                ofInstallation,
                ofDestination,
                epoch,
                runId,
                passwords,
                settings);
    }

    Order epoch(long fixed) {
        return new Order(
                from,
                to,
                tenant,
                models,
                request,
                installation,
                destination,
                fixed,
                runId,
                passwords,
                settings);
    }

    Order anotherRun() {
        return new Order(
                from,
                to,
                tenant,
                models,
                request,
                installation,
                destination,
                epoch,
                new RunId(UUID.randomUUID()),
                passwords,
                settings);
    }

    Order password(String id, String password) {
        var changed = new HashMap<>(passwords);
        changed.put(id, password);
        return new Order(
                from,
                to,
                tenant,
                models,
                request,
                installation,
                destination,
                epoch,
                runId,
                changed,
                settings);
    }

    Order settings(UnaryOperator<TransferSettings> change) {
        return new Order(
                from,
                to,
                tenant,
                models,
                request,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                change.apply(settings));
    }

    Order rowsPerChunk(int rows) {
        return settings(s -> s.withRowsPerChunk(rows));
    }

    Order kind(TransferKind kind) {
        return requesting(kind, false, null, null, false, false, false);
    }

    Order fullRefresh() {
        return requesting(TransferKind.TRANSFER, true, null, null, false, false, false);
    }

    Order fullRefreshThatMayShrink() {
        return requesting(TransferKind.TRANSFER, true, null, null, false, true, false);
    }

    Order thatMayShrink() {
        return requesting(TransferKind.TRANSFER, false, null, null, false, true, false);
    }

    Order repair() {
        return requesting(TransferKind.INTEGRITY, false, null, null, true, false, false);
    }

    Order repairThatMayShrink() {
        return requesting(TransferKind.INTEGRITY, false, null, null, true, true, false);
    }

    Order adopting() {
        return requesting(TransferKind.TRANSFER, false, null, null, false, false, true);
    }

    Order window(@Nullable Instant start, @Nullable Instant end) {
        return requesting(TransferKind.TRANSFER, false, start, end, false, false, false);
    }

    private Order requesting(
            TransferKind kind,
            boolean fullRefresh,
            @Nullable Instant start,
            @Nullable Instant end,
            boolean repair,
            boolean acceptShrink,
            boolean adopt) {
        var asked =
                new TransferRequest(
                        request.transferId(),
                        request.destination(),
                        request.models(),
                        kind,
                        fullRefresh,
                        start,
                        end,
                        repair,
                        acceptShrink,
                        adopt,
                        request.actor(),
                        Map.of(),
                        0);
        return new Order(
                from,
                to,
                tenant,
                models,
                asked,
                installation,
                destination,
                epoch,
                runId,
                passwords,
                settings);
    }

    TransferPlan plan() {
        var order =
                new WorkOrder(
                        request.transferId(),
                        epoch == null ? EPOCHS.incrementAndGet() : epoch,
                        Instant.EPOCH,
                        installation,
                        request,
                        new Destination(
                                destination,
                                "acme",
                                1,
                                "recipient-1",
                                to,
                                List.of("*"),
                                true,
                                0,
                                1,
                                1,
                                List.of()),
                        new Recipient("recipient-1", "acme", 1, tenant),
                        List.of(new Source("source-1", "app", 1, from, 10, 1, null, null)),
                        models);
        var known = new HashMap<>(passwords);
        known.put(destination, known.getOrDefault("destination", ""));
        return new TransferPlan(order, runId, new Credentials(known), settings);
    }

    Results run() {
        var results = new Results();
        run(results);
        return results;
    }

    void run(TransferListener listener) {
        try (var transfer = new TransferRun(plan(), listener, InstantSource.system())) {
            transfer.run();
        }
    }
}
