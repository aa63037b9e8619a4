package io.tranship.scheduler;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Answers every failure as problem details (RFC 9457).
final class ProblemCodec {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(ProblemCodec.class);

    @ServerExceptionMapper
    public Response of(ProblemException e) {
        return response(e.problem());
    }

    @ServerExceptionMapper
    public Response of(WebApplicationException e) {
        var status = e.getResponse().getStatusInfo();
        return response(Problem.ofStatus(status.getStatusCode(), status.getReasonPhrase()));
    }

    @ServerExceptionMapper
    public Response of(Throwable e) {
        LOG.error("a request failed", e);
        return response(Problem.internal());
    }

    private static Response response(Problem problem) {
        return Response.status(problem.status()).type(MEDIA_TYPE).entity(json(problem)).build();
    }

    static String json(Problem problem) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", problem.type());
        body.put("title", problem.title());
        body.put("status", problem.status());
        body.put("detail", problem.detail());
        body.put("errors", problem.errors().stream().map(ProblemCodec::view).toList());
        return JsonCodec.text(body);
    }

    static Map<String, String> view(Fault fault) {
        var view = new LinkedHashMap<String, String>();
        view.put("field", fault.field());
        view.put("detail", fault.detail());
        return view;
    }
}
