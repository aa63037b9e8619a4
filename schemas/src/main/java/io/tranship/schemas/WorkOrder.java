package io.tranship.schemas;

import java.time.Instant;
import java.util.List;

/// Dispatch's order to a worker: all that a runner needs, so that it asks nobody.
///
/// @param installation marks the control tables at the destination
/// @param models at the revision under which they were dispatched
/// @param sources each source that a model of `models` reads
public record WorkOrder(
        TransferId transferId,
        long epoch,
        Instant startBy,
        String installation,
        TransferRequest request,
        CatalogRecord.Destination destination,
        CatalogRecord.Recipient recipient,
        List<CatalogRecord.Source> sources,
        List<CatalogRecord.Model> models) {

    /// The largest encoded order, in bytes. Checked when the catalog is saved.
    public static final int BYTES_MAX = 900_000;

    public WorkOrder {
        sources = List.copyOf(sources);
        models = List.copyOf(models);
    }
}
