package io.tranship.scheduler;

import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The models of the catalog.
@Path("/models")
@Tag(name = "models")
class ModelResource extends ThingResource {

    ModelResource(CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        super(Kind.MODEL, publisher, secrets, config);
    }
}
