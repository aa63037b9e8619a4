package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.LiveChecks.Check;
import io.tranship.schemas.CatalogRecord.Destination;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The destinations of the catalog.
@Path("/destinations")
@Tag(name = "destinations")
@Produces(MediaType.APPLICATION_JSON)
class DestinationResource extends ThingResource {

    private final EndpointProbe probe;

    DestinationResource(
            CatalogPublisher publisher,
            SecretStore secrets,
            EndpointProbe probe,
            SchedulerConfig config) {
        super(Kind.DESTINATION, publisher, secrets, config);
        this.probe = probe;
    }

    /// Changes nothing, so an `Idempotency-Key` makes no difference.
    @POST
    @Path("{id}/test")
    @Operation(summary = "Connect to the destination, check rights and tables")
    public Uni<String> test(@PathParam("id") String id) {
        return read(
                        catalog -> {
                            var destination =
                                    (Destination)
                                            CatalogPublisher.found(catalog, Kind.DESTINATION, id);
                            return new Check.OfDestination(
                                    "", destination, catalog.modelsOf(destination));
                        })
                .chain(probe::test);
    }
}
