package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.AnswerStore.Answer;
import io.tranship.scheduler.CatalogPublisher.Wish;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The catalog as a whole file, and the organization.
@Path("/")
@Tag(name = "catalog")
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
@Produces(MediaType.APPLICATION_JSON)
class CatalogResource {

    private final CatalogPublisher publisher;
    private final Drafts drafts;
    private final long bytesMax;

    CatalogResource(CatalogPublisher publisher, SecretStore secrets, SchedulerConfig config) {
        this.publisher = publisher;
        this.drafts = new Drafts(new Endpoints(secrets::seal));
        this.bytesMax = config.bodyBytesMax();
    }

    @PUT
    @Path("catalog")
    @Operation(
            summary = "Make and change what the file names, all of it or nothing",
            description = "What the file does not name stays as it is.")
    public Uni<Response> apply(
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
            @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    byte @Nullable [] body) {
        var file = JsonCodec.object(body, bytesMax);
        var wish =
                new Wish(
                        "the catalog",
                        (_, faults) -> drafts.file(Fields.of(file, "", faults)),
                        CatalogResource::changes,
                        null);
        return (dryRun ? publisher.dryRun(wish) : publisher.save(wish))
                .map(ThingResource::response);
    }

    @GET
    @Path("organization")
    @Operation(summary = "Read the organization; its id marks this installation")
    public Uni<String> organization() {
        return publisher.read(
                catalog -> JsonCodec.text(new CatalogView(catalog).of(catalog.organization())));
    }

    @PATCH
    @Path("organization")
    @Operation(summary = "Change the organization's name or default frequency")
    public Uni<Response> changeOrganization(
            @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    byte @Nullable [] body) {
        var patch = JsonCodec.object(body, bytesMax);
        var wish =
                new Wish(
                        "the organization",
                        (catalog, faults) -> {
                            var old = new CatalogView(catalog).editable(catalog.organization());
                            return List.of(
                                    drafts.organization(
                                            Fields.of(CatalogView.merged(old, patch), "", faults)));
                        },
                        (plan, _) ->
                                new Answer(
                                        200,
                                        JsonCodec.text(
                                                new CatalogView(plan.after())
                                                        .of(plan.after().organization()))),
                        null);
        return publisher.save(wish).map(ThingResource::response);
    }

    private static Answer changes(CatalogPlan plan, List<Fault> warnings) {
        var body = new LinkedHashMap<String, Object>();
        body.put("changes", plan.changes().stream().map(CatalogView::of).toList());
        body.put("warnings", warnings.stream().map(ProblemCodec::view).toList());
        return new Answer(200, JsonCodec.text(body));
    }
}
