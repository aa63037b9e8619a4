package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.CatalogRecord.Destination;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What the schedule has in mind for one destination.
@Path("/destinations/{id}/schedule")
@Tag(name = "schedule")
@Produces(MediaType.APPLICATION_JSON)
class ScheduleResource {

    private final Outbox outbox;
    private final CatalogStore catalogs;
    private final ScheduleStore store;
    private final DueLoop loop;
    private final InstantSource clock;

    ScheduleResource(
            Outbox outbox,
            CatalogStore catalogs,
            ScheduleStore store,
            DueLoop loop,
            InstantSource clock) {
        this.outbox = outbox;
        this.catalogs = catalogs;
        this.store = store;
        this.loop = loop;
        this.clock = clock;
    }

    @GET
    @Operation(summary = "When the next scheduled transfer is due, and what is owed")
    public Uni<String> schedule(@PathParam("id") String id) {
        return outbox.read(session ->
                catalogs.read(session)
                        .map(catalog ->
                                (Destination) CatalogPublisher.found(catalog, Kind.DESTINATION, id))
                        .chain(destination -> store.one(session, destination.id()))
                        .map(this::view));
    }

    private String view(ScheduleStore.Candidates seen) {
        var scheduled = seen.schedule().getFirst();
        var next = DueTransfers.next(clock.instant(), loop.rules(seen), scheduled);
        var failed = scheduled.failed();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("paused", seen.paused());
        view.put("enabled", scheduled.enabled());
        view.put("open", scheduled.isOpen());
        view.put("next_run_at", next == null ? null : next.toString());
        view.put("failures", failed == null ? 0 : failed.times());
        view.put(
                "owed_refresh",
                scheduled.owed().stream().map(OwedRefresh::model).sorted().toList());
        return JsonCodec.text(view);
    }
}
