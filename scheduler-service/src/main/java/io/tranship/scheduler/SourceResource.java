package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.LiveChecks.Check;
import io.tranship.schemas.CatalogRecord.Source;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The sources of the catalog.
@Path("/sources")
@Tag(name = "sources")
@Produces(MediaType.APPLICATION_JSON)
class SourceResource extends ThingResource {

    private final EndpointProbe probe;

    SourceResource(
            CatalogPublisher publisher,
            SecretStore secrets,
            EndpointProbe probe,
            SchedulerConfig config) {
        super(Kind.SOURCE, publisher, secrets, config);
        this.probe = probe;
    }

    /// Changes nothing, so an `Idempotency-Key` makes no difference.
    @POST
    @Path("{id}/test")
    @Operation(summary = "Connect to the source, check rights, tables and columns")
    public Uni<String> test(@PathParam("id") String id) {
        return read(
                        catalog -> {
                            var source = (Source) CatalogPublisher.found(catalog, Kind.SOURCE, id);
                            return new Check.OfSource(
                                    "", source, catalog.modelsOf(source), catalog.recipients());
                        })
                .chain(probe::test);
    }
}
