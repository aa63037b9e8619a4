package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.AnswerStore.Answer;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UuidV7;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
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
    private final RequestPublisher requests;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final long bytesMax;

    TransferResource(
            Outbox outbox,
            CatalogStore store,
            AnswerStore answers,
            RequestPublisher requests,
            InstantSource clock,
            RandomGenerator random,
            SchedulerConfig config) {
        this.outbox = outbox;
        this.store = store;
        this.answers = answers;
        this.requests = requests;
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
        var faults = new Faults();
        var ask = TransferAsk.read(Fields.of(fields, "", faults));
        faults.raise("the request");
        var now = clock.instant();
        return outbox.inTransaction(session ->
                        store.read(session)
                                .chain(catalog -> {
                                    var destination = destination(catalog, id);
                                    var asked =
                                            AnswerStore.Asked.of(
                                                    "POST /destinations/%s/transfers"
                                                            .formatted(destination.id()),
                                                    key,
                                                    JsonCodec.fingerprint(fields));
                                    var request =
                                            ask.request(
                                                    new TransferId(UuidV7.draw(now, random)),
                                                    destination.id(),
                                                    models(catalog, destination, ask),
                                                    API,
                                                    catalog.revision());
                                    return answers.once(
                                            session,
                                            asked,
                                            now,
                                            () ->
                                                    outbox.add(
                                                                    session,
                                                                    List.of(
                                                                            requests.published(
                                                                                    request, now)))
                                                            .replaceWith(
                                                                    answer(request.transferId())));
                                }))
                .map(ThingResource::response);
    }

    private static Destination destination(Catalog catalog, String id) {
        return (Destination) CatalogPublisher.found(catalog, Kind.DESTINATION, id);
    }

    /// The names of the models asked for, each of which the destination takes.
    private static List<String> models(Catalog catalog, Destination destination, TransferAsk ask) {
        var faults = new Faults();
        var names = new ArrayList<String>();
        for (var i = 0; i < ask.models().size(); i++) {
            var idOrName = ask.models().get(i);
            var field = "models[%d]".formatted(i);
            var known = catalog.find(Kind.MODEL, idOrName);
            if (known.isEmpty()) {
                faults.add(field, "there is no model '%s'".formatted(idOrName));
            } else if (known.get() instanceof Model model && !destination.takes(model)) {
                faults.add(
                        field,
                        "destination '%s' does not take model '%s'; add it to the destination's models"
                                .formatted(destination.name(), model.name()));
            } else {
                names.add(known.get().name());
            }
        }
        faults.raise("the request");
        return names;
    }

    private static Answer answer(TransferId id) {
        return new Answer(202, JsonCodec.text(Map.of("transfer_id", id.toString())));
    }
}
