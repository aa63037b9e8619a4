package io.tranship.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.Actor;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/// Transfers over HTTP.
@Path("/transfers")
@Produces(MediaType.APPLICATION_JSON)
public class TransferResource {

    private static final Actor API = new Actor("user", "api");

    private final TransferStore transfers;
    private final CancelStore cancels;
    private final TransferStreams streams;

    TransferResource(TransferStore transfers, CancelStore cancels, TransferStreams streams) {
        this.transfers = transfers;
        this.cancels = cancels;
        this.streams = streams;
    }

    /// @param nextCursor null on the last page
    record Page(List<Transfer> items, @Nullable String nextCursor) {}

    /// @param nextCursor null on the last page
    record Facts(List<FactEntry> items, @Nullable String nextCursor) {}

    /// @param offset in the log's topic
    record FactEntry(
            String type,
            Instant appendedAt,
            int partition,
            long offset,
            @JsonProperty("void") boolean isVoid,
            TransferFact fact) {}

    record CancelTaken(UUID transferId, TransferStatus status, boolean cancelRequested) {}

    @GET
    @Operation(summary = "Lists transfers, page by page")
    @Parameter(name = "status", in = ParameterIn.QUERY)
    @Parameter(name = "destination", in = ParameterIn.QUERY, description = "id or name")
    @Parameter(name = "source", in = ParameterIn.QUERY)
    @Parameter(name = "recipient", in = ParameterIn.QUERY)
    @Parameter(name = "model", in = ParameterIn.QUERY)
    @Parameter(name = "kind", in = ParameterIn.QUERY)
    @Parameter(name = "tag", in = ParameterIn.QUERY, description = "name:value")
    @Parameter(name = "submitted_after", in = ParameterIn.QUERY)
    @Parameter(name = "submitted_before", in = ParameterIn.QUERY)
    @Parameter(name = "ended_after", in = ParameterIn.QUERY)
    @Parameter(name = "ended_before", in = ParameterIn.QUERY)
    @Parameter(
            name = "order",
            in = ParameterIn.QUERY,
            description = "submitted_at, ended_at, or either with - before it for the latest first")
    @Parameter(name = "cursor", in = ParameterIn.QUERY)
    @Parameter(name = "page_size", in = ParameterIn.QUERY)
    public Uni<Page> list(@Context UriInfo asked) {
        var query = TransferQuery.of(new Parameters(asked.getQueryParameters()));
        return transfers.list(query).map(found -> page(query, found));
    }

    private static Page page(TransferQuery query, List<Transfer> found) {
        if (found.size() <= query.pageSize()) {
            return new Page(found, null);
        }
        var shown = found.subList(0, query.pageSize());
        var last = shown.getLast();
        var time = query.order().isByEnd() ? last.endedAt() : last.submittedAt();
        return new Page(shown, new TransferQuery.Place(query.order(), time, last.id()).cursor());
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Shows one transfer")
    public Uni<Transfer> show(@PathParam("id") String id) {
        var transfer = Parameters.transferId(id);
        return transfers
                .find(transfer)
                .onItem()
                .ifNull()
                .failWith(() -> new ProblemException(Problem.unknownTransfer(transfer)));
    }

    @GET
    @Path("/{id}/facts")
    @Operation(summary = "Shows the history of one transfer, void facts marked")
    @Parameter(name = "cursor", in = ParameterIn.QUERY)
    @Parameter(name = "page_size", in = ParameterIn.QUERY)
    public Uni<Facts> facts(@PathParam("id") String id, @Context UriInfo asked) {
        var transfer = Parameters.transferId(id);
        var parameters = new Parameters(asked.getQueryParameters());
        parameters.allow(Set.of("cursor", "page_size"));
        var size = parameters.pageSize(TransferStore.FACTS_MAX, TransferStore.FACTS_MAX);
        var after = parameters.parsed("cursor", Long::valueOf, "is no cursor of this history");
        return transfers
                .facts(transfer, after == null ? 0 : after, size + 1)
                .map(facts -> {
                    if (facts.isEmpty() && after == null) {
                        throw new ProblemException(Problem.unknownTransfer(transfer));
                    }
                    return page(facts, size);
                });
    }

    private static Facts page(List<TransferStore.FactRow> facts, int size) {
        var items = facts.stream().limit(size).map(TransferResource::entry).toList();
        return new Facts(
                items, facts.size() <= size ? null : Long.toString(facts.get(size - 1).n()));
    }

    private static FactEntry entry(TransferStore.FactRow row) {
        return new FactEntry(
                row.type(),
                row.appendedAt(),
                row.partition(),
                row.offset(),
                row.isVoid(),
                row.fact());
    }

    /// A stream has no status to change once it has begun.
    @Streamed
    @ServerRequestFilter
    public Uni<Void> beforeStream(ContainerRequestContext asked) {
        streams.refuseTooMany();
        var id = asked.getUriInfo().getPathParameters().getFirst("id");
        return id == null ? Uni.createFrom().voidItem() : show(id).replaceWithVoid();
    }

    @GET
    @Path("/{id}/stream")
    @Streamed
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sends one transfer whenever it changes, until it is over")
    public Multi<Transfer> stream(@PathParam("id") String id) {
        return streams.of(Parameters.transferId(id));
    }

    @GET
    @Path("/stream")
    @Streamed
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sends every transfer that changes")
    public Multi<Transfer> streamAll(@Context UriInfo asked) {
        new Parameters(asked.getQueryParameters()).allow(Set.of());
        return streams.ofAll();
    }

    /// Asking twice is asking once, also when the transfer has ended since for who asks under the
    /// same key.
    @POST
    @Path("/{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    @ResponseStatus(202)
    @Operation(summary = "Asks to cancel a transfer that waits, or to kill one that runs")
    public Uni<CancelTaken> cancel(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key) {
        var transfer = Parameters.transferId(id);
        return cancels.ask(transfer, API, Parameters.idempotencyKey(key))
                .map(answer -> taken(transfer, answer));
    }

    private static CancelTaken taken(TransferId id, CancelStore.Answer answer) {
        var status = answer.given() == null ? answer.status() : answer.given();
        if (status == null) {
            throw new ProblemException(Problem.unknownTransfer(id));
        }
        if (status.isFinal()) {
            throw new ProblemException(Problem.alreadyOver(id, status));
        }
        return new CancelTaken(id.value(), status, true);
    }
}
