package io.tranship.scheduler;

import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The destinations of the catalog.
@Path("/destinations")
@Tag(name = "destinations")
class DestinationResource extends ThingResource {

    DestinationResource(CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        super(Kind.DESTINATION, publisher, secrets, config);
    }
}
