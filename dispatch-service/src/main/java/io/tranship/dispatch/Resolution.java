package io.tranship.dispatch;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WorkOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the names of a request mean under one state of the catalog.
sealed interface Resolution {

    /// The request was made under a revision that this copy has not reached.
    record Ahead(long revision) implements Resolution {}

    /// A name means nothing here, now.
    record Unresolved(TransferError error) implements Resolution {}

    record Resolved(
            String installation,
            CatalogRecord.Destination destination,
            CatalogRecord.Recipient recipient,
            List<CatalogRecord.Source> sources,
            List<CatalogRecord.Model> models)
            implements Resolution {

        Target target() {
            return new Target(
                    destination.id(),
                    destination.name(),
                    recipient.id(),
                    sources.stream().map(CatalogRecord.Source::id).toList(),
                    models.stream().map(CatalogRecord.Model::name).toList());
        }

        List<ModelRevision> revisions() {
            return models.stream()
                    .map(model -> new ModelRevision(model.name(), model.revision()))
                    .toList();
        }

        /// What a transfer holds from dispatch to the end of its run, beside its mode and its place
        /// in the fleet. The order is the one in which a wait is explained.
        List<Need> needs() {
            var needs = new ArrayList<Need>();
            needs.add(
                    new Need(
                            Resource.destination(destination.id()),
                            destination.maxConcurrentTransfers()));
            for (var model : models) {
                needs.add(new Need(Resource.model(destination.id(), model.name()), 1));
            }
            for (var source : sources) {
                needs.add(new Need(Resource.source(source.id()), source.maxConcurrentTransfers()));
            }
            return needs;
        }

        WorkOrder order(TransferRequest request, long epoch, Instant startBy) {
            return new WorkOrder(
                    request.transferId(),
                    epoch,
                    startBy,
                    installation,
                    request,
                    destination,
                    recipient,
                    sources,
                    models);
        }
    }
}
