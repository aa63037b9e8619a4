package io.tranship.scheduler;

import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The sources of the catalog.
@Path("/sources")
@Tag(name = "sources")
class SourceResource extends ThingResource {

    SourceResource(CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        super(Kind.SOURCE, publisher, secrets, config);
    }
}
