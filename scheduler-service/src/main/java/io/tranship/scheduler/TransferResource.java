package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.AnswerStore.Answer;
import io.tranship.scheduler.FollowedStore.Follow;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Takes requests for transfers: one short transaction, then the request is on its way.
@Path("/destinations/{id}/transfers")
@Tag(name = "transfers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class TransferResource {

    private static final Actor API = new Actor("user", "api");

    private final Outbox outbox;
    private final CatalogStore store;
    private final AnswerStore answers;
    private final RecordPublisher records;
    private final FollowedStore followed;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final long bytesMax;

    TransferResource(
            Outbox outbox,
            CatalogStore store,
            AnswerStore answers,
            RecordPublisher records,
            FollowedStore followed,
            InstantSource clock,
            RandomGenerator random,
            SchedulerConfig config) {
        this.outbox = outbox;
        this.store = store;
        this.answers = answers;
        this.records = records;
        this.followed = followed;
        this.clock = clock;
        this.random = random;
        this.bytesMax = config.bodyBytesMax();
    }

    @POST
    @Operation(summary = "Ask for a transfer; the answer comes before it runs")
    public Uni<Response> ask(
            @PathParam("id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    byte @Nullable [] body) {
        var fields = JsonCodec.object(body, bytesMax);
        var asked =
                AnswerStore.Asked.of(
                        "POST /destinations/%s/transfers".formatted(id),
                        key,
                        JsonCodec.fingerprint(fields));
        return outbox.inTransaction(session ->
                        answers.find(session, asked)
                                .chain(known ->
                                        known.map(answer -> Uni.createFrom().item(answer))
                                                .orElseGet(() -> take(session, id, fields, asked))))
                .map(ThingResource::response);
    }

    private Uni<Answer> take(
            Mutiny.StatelessSession session,
            String id,
            Map<?, ?> fields,
            AnswerStore.@Nullable Asked asked) {
        var faults = new Faults();
        var ask = TransferAsk.read(Fields.of(fields, "", faults));
        faults.raise("the request");
        return store.read(session).chain(catalog -> take(session, order(catalog, id, ask), asked));
    }

    private record Order(TransferRequest request, Instant now) {}

    private Order order(Catalog catalog, String id, TransferAsk ask) {
        var destination = (Destination) CatalogPublisher.found(catalog, Kind.DESTINATION, id);
        var faults = new Faults();
        var models = ask.modelNames(catalog, destination, faults);
        faults.raise("the request");
        var now = clock.instant();
        var transferId = new TransferId(UuidV7.draw(now, random));
        try {
            return new Order(
                    ask.request(transferId, destination.id(), models, API, catalog.revision()),
                    now);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.invalid(
                            "the request", List.of(new Fault("", String.valueOf(e.getMessage())))));
        }
    }

    private Uni<Answer> take(
            Mutiny.StatelessSession session, Order order, AnswerStore.@Nullable Asked asked) {
        var request = order.request();
        var requested = List.of(records.requested(request, order.now()));
        var follow = List.of(new Follow(request.transferId(), request.destination()));
        var answer = answer(request.transferId());
        return answers.once(
                session,
                asked,
                order.now(),
                () ->
                        followed.follow(session, follow, order.now())
                                .chain(() -> outbox.add(session, requested))
                                .replaceWith(answer));
    }

    private static Answer answer(TransferId id) {
        return new Answer(202, JsonCodec.text(Map.of("transfer_id", id.toString())));
    }
}
