package io.tranship.dispatch;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/// A refusal over HTTP, as RFC 9457 writes it.
final class Problem {

    private static final String TYPE = "application/problem+json";

    private Problem() {}

    static WebApplicationException notFound(String detail) {
        return of(404, "Not found", detail, List.of());
    }

    static WebApplicationException badRequest(String field, String detail) {
        return of(
                400,
                "The request is not valid",
                detail,
                List.of(Map.of("field", field, "detail", detail)));
    }

    private static WebApplicationException of(
            int status, String title, String detail, List<Map<String, String>> errors) {
        return new WebApplicationException(
                detail,
                Response.status(status)
                        .type(TYPE)
                        .entity(
                                Map.of(
                                        "type", "about:blank",
                                        "title", title,
                                        "status", status,
                                        "detail", detail,
                                        "errors", errors))
                        .build());
    }
}
