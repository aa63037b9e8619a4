package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.AnswerStore.Answer;
import io.tranship.scheduler.CatalogPublisher.Wish;
import io.tranship.scheduler.Draft.Intent;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

/// List, make, read, change and delete things of one kind.
///
/// A thing is given in the words of the catalog file; a name works as an id.
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
@Produces(MediaType.APPLICATION_JSON)
abstract class ThingResource {

    private final Kind kind;
    private final CatalogPublisher publisher;
    private final Drafts drafts;
    private final long bytesMax;

    ThingResource(
            Kind kind, CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        this.kind = kind;
        this.publisher = publisher;
        this.drafts = new Drafts(new Endpoints(secrets::seal));
        this.bytesMax = config.bodyBytesMax();
    }

    @GET
    @Operation(summary = "List them by name, a page at a time")
    public Uni<String> list(
            @QueryParam("page_size") @Nullable String pageSize,
            @QueryParam("cursor") @Nullable String cursor) {
        return publisher.read(catalog -> {
            var page = Page.of(catalog, kind, Page.size(pageSize), cursor);
            var view = new CatalogView(catalog);
            var body = new LinkedHashMap<String, @Nullable Object>();
            body.put("items", page.items().stream().map(view::of).toList());
            body.put("next_cursor", page.nextCursor());
            return JsonCodec.text(body);
        });
    }

    @POST
    @Operation(summary = "Make one of a new name")
    public Uni<Response> make(
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    byte @Nullable [] body) {
        var fields = JsonCodec.object(body, bytesMax);
        return saved(
                new Wish(
                        kind.word(),
                        (_, faults) ->
                                List.of(
                                        drafts.thing(
                                                kind,
                                                Fields.of(fields, "", faults),
                                                new Intent.Create())),
                        (plan, warnings) -> answer(201, plan, warnings),
                        AnswerStore.Asked.of(
                                "POST /" + kind.section(), key, JsonCodec.fingerprint(fields))));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Read one")
    public Uni<String> one(@PathParam("id") String id) {
        return publisher.read(catalog ->
                JsonCodec.text(
                        new CatalogView(catalog).of(CatalogPublisher.found(catalog, kind, id))));
    }

    @PATCH
    @Path("{id}")
    @Operation(summary = "Change some of its fields (merge patch, RFC 7396)")
    public Uni<Response> change(
            @PathParam("id") String id,
            @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    byte @Nullable [] body) {
        var patch = JsonCodec.object(body, bytesMax);
        return saved(
                new Wish(
                        kind.word(),
                        (catalog, faults) -> {
                            var thing = CatalogPublisher.found(catalog, kind, id);
                            var fields =
                                    CatalogView.merged(
                                            new CatalogView(catalog).editable(thing), patch);
                            return List.of(
                                    drafts.thing(
                                            kind,
                                            Fields.of(fields, "", faults),
                                            new Intent.Update(thing.id())));
                        },
                        (plan, warnings) -> answer(200, plan, warnings),
                        null));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete one that nothing refers to")
    public Uni<Response> delete(@PathParam("id") String id) {
        return publisher.delete(kind, id).replaceWith(() -> Response.noContent().build());
    }

    <T> Uni<T> read(Function<Catalog, T> view) {
        return publisher.read(view);
    }

    private Uni<Response> saved(Wish wish) {
        return publisher.save(wish).map(ThingResource::response);
    }

    static Response response(Answer answer) {
        return Response.status(answer.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body())
                .build();
    }

    private static Answer answer(int status, CatalogPlan plan, List<Fault> warnings) {
        Map<String, @Nullable Object> body =
                new CatalogView(plan.after()).of(plan.changes().getFirst().record());
        if (!warnings.isEmpty()) {
            body.put("warnings", warnings.stream().map(ProblemCodec::view).toList());
        }
        return new Answer(status, JsonCodec.text(body));
    }
}
