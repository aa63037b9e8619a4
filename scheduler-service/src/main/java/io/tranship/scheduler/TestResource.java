package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.connectors.Finding;
import io.tranship.connectors.Severity;
import io.tranship.scheduler.Findings.Found;
import io.tranship.scheduler.LiveChecks.Check;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Source;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Connection tests: what stands between the catalog and its databases. They change nothing, so an
/// `Idempotency-Key` makes no difference.
@Path("/")
@Tag(name = "tests")
@Produces(MediaType.APPLICATION_JSON)
class TestResource {

    private final CatalogPublisher publisher;
    private final EndpointProbe probe;

    TestResource(CatalogPublisher publisher, EndpointProbe probe) {
        this.publisher = publisher;
        this.probe = probe;
    }

    @POST
    @Path("sources/{id}/test")
    @Operation(summary = "Connect to the source, check rights, tables and columns")
    public Uni<String> source(@PathParam("id") String id) {
        return test(catalog -> {
            var source = (Source) CatalogPublisher.found(catalog, Kind.SOURCE, id);
            return new Check.OfSource("", source, catalog.modelsOf(source), catalog.recipients());
        });
    }

    @POST
    @Path("destinations/{id}/test")
    @Operation(summary = "Connect to the destination, check rights and tables")
    public Uni<String> destination(@PathParam("id") String id) {
        return test(catalog -> {
            var destination = (Destination) CatalogPublisher.found(catalog, Kind.DESTINATION, id);
            return new Check.OfDestination("", destination, catalog.modelsOf(destination));
        });
    }

    private Uni<String> test(Function<Catalog, Check> check) {
        return publisher
                .read(check)
                .chain(one -> probe.ask(List.of(one)))
                .map(found -> JsonCodec.text(view(found.getFirst())));
    }

    private static Map<String, Object> view(Found found) {
        var view = new LinkedHashMap<String, Object>();
        view.put("ok", found.findings().stream().noneMatch(f -> f.severity() == Severity.ERROR));
        view.put("findings", found.findings().stream().map(TestResource::view).toList());
        return view;
    }

    private static Map<String, Object> view(Finding finding) {
        var view = new LinkedHashMap<String, Object>();
        view.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        view.put("field", finding.field());
        view.put("code", finding.error().code());
        view.put("title", finding.error().title());
        view.put("blame", finding.error().blame().name().toLowerCase(Locale.ROOT));
        view.put("message", finding.error().message());
        return view;
    }
}
