package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Stops the schedule for all destinations, and sets it going again. A single one is stopped with
/// its `enabled`. Neither stops requests.
@Path("/")
@Tag(name = "schedule")
@Produces(MediaType.APPLICATION_JSON)
class PauseResource {

    private final Outbox outbox;
    private final ScheduleStore store;

    PauseResource(Outbox outbox, ScheduleStore store) {
        this.outbox = outbox;
        this.store = store;
    }

    /// Saying it twice is saying it once, so an `Idempotency-Key` makes no difference.
    @POST
    @Path("pause")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Ask for no scheduled transfer any more, of any destination")
    public Uni<String> pause() {
        return set(true);
    }

    @POST
    @Path("resume")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Ask again; whatever was missed gives one transfer for each destination")
    public Uni<String> resume() {
        return set(false);
    }

    private Uni<String> set(boolean paused) {
        return outbox.read(session -> store.pause(session, paused))
                .replaceWith(() -> JsonCodec.text(Map.of("paused", paused)));
    }
}
