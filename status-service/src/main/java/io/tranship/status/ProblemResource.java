package io.tranship.status;

import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferId;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns what went wrong into what a client sees.
@Singleton
public class ProblemResource {

    private static final String PROBLEM_JSON = "application/problem+json";

    private final StatusMetrics metrics;

    ProblemResource(StatusMetrics metrics) {
        this.metrics = metrics;
    }

    @ServerExceptionMapper
    public Response of(ProblemException refused) {
        return response(refused.problem());
    }

    @ServerExceptionMapper
    public Response of(WebApplicationException refused) {
        var status = refused.getResponse().getStatusInfo();
        return response(Problem.ofStatus(status.getStatusCode(), status.getReasonPhrase()));
    }

    @ServerExceptionMapper
    public Response of(Throwable trouble) {
        metrics.internal(trouble);
        return response(Problem.internal());
    }

    private static Response response(Problem problem) {
        return Response.status(problem.status()).type(PROBLEM_JSON).entity(problem).build();
    }

    /// Ids are plain strings to clients.
    @Singleton
    static class Ids implements ObjectMapperCustomizer {

        @Override
        public void customize(com.fasterxml.jackson.databind.ObjectMapper mapper) {
            mapper.registerModule(
                    new SimpleModule()
                            .addSerializer(TransferId.class, ToStringSerializer.instance)
                            .addSerializer(RunId.class, ToStringSerializer.instance));
        }
    }
}
