package io.tranship.status;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// How complete a destination is, as far as proven transfers say.
@Path("/destinations")
@Produces(MediaType.APPLICATION_JSON)
public class CoverageResource {

    private final TransferStore transfers;

    CoverageResource(TransferStore transfers) {
        this.transfers = transfers;
    }

    record Coverage(String destination, List<OfModel> models) {}

    /// @param completeUpTo the source's own literal; null when no row was ever seen
    record OfModel(
            String model,
            @Nullable String completeUpTo,
            @Nullable String watermarkBasis,
            UUID transferId,
            Instant endedAt,
            Transfer.ModelReport lastReceipt) {

        static OfModel of(TransferStore.Covered covered) {
            var report = covered.report();
            return new OfModel(
                    report.model(),
                    report.cursorTo(),
                    report.watermarkBasis(),
                    covered.transferId(),
                    covered.endedAt(),
                    report);
        }
    }

    @GET
    @Path("/{id}/coverage")
    @Operation(summary = "Says up to which time each model of a destination is complete")
    public Uni<Coverage> coverage(@PathParam("id") String id) {
        return transfers
                .coverage(Parameters.storable("id", id))
                .map(covered -> {
                    if (covered.isEmpty()) {
                        throw new ProblemException(
                                Problem.notFound(
                                        "no transfer to a destination with the id or name '%s' has proven anything yet"
                                                .formatted(id)));
                    }
                    return new Coverage(id, covered.stream().map(OfModel::of).toList());
                });
    }
}
