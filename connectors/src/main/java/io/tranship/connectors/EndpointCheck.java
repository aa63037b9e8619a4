package io.tranship.connectors;

import io.tranship.connectors.postgres.PostgresCheck;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.Endpoint;
import java.util.List;

/// The connection test: connects, looks at rights and tables, and says what is missing. Changes
/// nothing, and never throws for what it finds.
public final class EndpointCheck {

    private EndpointCheck() {}

    /// @param models those that read this source
    /// @param tenants each has a schema of its own where a model says so
    /// @return empty when nothing stands in the way
    public static List<Finding> source(
            Endpoint endpoint, String password, List<Model> models, List<Recipient> tenants) {
        return switch (endpoint) {
            case Endpoint.Postgres postgres ->
                    PostgresCheck.source(postgres, password, models, tenants);
        };
    }

    /// @param models those that the destination takes
    /// @param readers roles that are to read what arrives
    /// @return empty when nothing stands in the way
    public static List<Finding> destination(
            Endpoint endpoint, String password, List<Model> models, List<String> readers) {
        return switch (endpoint) {
            case Endpoint.Postgres postgres ->
                    PostgresCheck.destination(postgres, password, models, readers);
        };
    }
}
