package io.tranship.scheduler;

import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The recipients of the catalog.
@Path("/recipients")
@Tag(name = "recipients")
class RecipientResource extends ThingResource {

    RecipientResource(CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        super(Kind.RECIPIENT, publisher, secrets, config);
    }
}
