package io.tranship.status;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page at `/`: the latest transfers and where to ask for more. A console takes its place
/// later.
@Path("/")
public class ConsoleResource {

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Tranship</title>
            <style>body{font:15px system-ui,sans-serif;margin:2rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0}</style></head>
            <body><h1>Tranship</h1>
            <p>The latest transfers. More by <a href="/transfers">/transfers</a>, described at <a href="/q/openapi">/q/openapi</a>.</p>
            <table><tr><th>transfer</th><th>destination</th><th>status</th><th>submitted</th><th>rows</th><th>error</th></tr>
            <!--rows--></table></body></html>
            """;

    private static final TransferQuery LATEST =
            TransferQuery.of(new Parameters(Map.of("page_size", List.of("50"))));

    private final TransferStore transfers;

    ConsoleResource(TransferStore transfers) {
        this.transfers = transfers;
    }

    @GET
    @Produces(MediaType.TEXT_HTML + ";charset=utf-8")
    @Operation(hidden = true)
    public Uni<String> latest() {
        return transfers
                .list(LATEST)
                .map(found ->
                        PAGE.replace(
                                "<!--rows-->",
                                found.stream()
                                        .map(ConsoleResource::line)
                                        .collect(Collectors.joining("\n"))));
    }

    private static String line(Transfer transfer) {
        var id = transfer.id().toString();
        var error = transfer.error();
        return "<tr><td><a href=\"/transfers/%s\">%s</a></td><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%s</td></tr>"
                .formatted(
                        id,
                        id,
                        escaped(transfer.destinationName()),
                        transfer.status(),
                        transfer.submittedAt(),
                        transfer.rowsTransferred(),
                        error == null ? "" : escaped(error.code() + " " + error.title()));
    }

    static String escaped(@Nullable String text) {
        return text == null
                ? ""
                : text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;")
                        .replace("'", "&#39;");
    }
}
