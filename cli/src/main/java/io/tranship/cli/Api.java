package io.tranship.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// The services over HTTP. A refusal becomes a [CliException] that says what the service said.
final class Api {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /// Saving a catalog connects to its databases, which may be slow or away.
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    private static final int NOT_FOUND = 404;

    private final URI scheduler;
    private final URI status;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();

    Api(URI scheduler, URI status) {
        this.scheduler = scheduler;
        this.status = status;
    }

    /// @return the service's answer, refusals included: its places are the file's to explain
    Answer putCatalog(JsonNode catalog, boolean isDryRun) {
        var request =
                to(scheduler, "/catalog" + (isDryRun ? "?dry_run=true" : ""))
                        .PUT(BodyPublishers.ofString(catalog.toString()))
                        .header("Content-Type", "application/json");
        return send("scheduler-service", request);
    }

    /// @return the new transfer's id
    String ask(String destination, JsonNode wish) {
        var request =
                to(scheduler, "/destinations/%s/transfers".formatted(encoded(destination)))
                        .POST(BodyPublishers.ofString(wish.toString()))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString());
        return send("scheduler-service", request).orRefuse().path("transfer_id").asText();
    }

    /// Empty when it is unknown, for a moment also after it was asked for.
    Optional<JsonNode> transfer(String id) {
        var answer = send("status-service", to(status, "/transfers/" + encoded(id)).GET());
        return answer.code() == NOT_FOUND ? Optional.empty() : Optional.of(answer.orRefuse());
    }

    JsonNode facts(String id) {
        var path = "/transfers/%s/facts".formatted(encoded(id));
        return send("status-service", to(status, path).GET()).orRefuse();
    }

    JsonNode transfers(Map<String, String> filters) {
        var query =
                filters.entrySet().stream()
                        .map(filter -> filter.getKey() + "=" + encoded(filter.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
        return send("status-service", to(status, "/transfers" + query).GET()).orRefuse();
    }

    JsonNode cancel(String id) {
        var request =
                to(status, "/transfers/%s/cancel".formatted(encoded(id)))
                        .POST(BodyPublishers.noBody())
                        .header("Idempotency-Key", UUID.randomUUID().toString());
        return send("status-service", request).orRefuse();
    }

    /// What came back.
    record Answer(String service, int code, JsonNode body) {

        boolean isRefused() {
            return code >= 400;
        }

        JsonNode orRefuse() {
            if (isRefused()) {
                throw CliException.refused(message(), body);
            }
            return body;
        }

        private String message() {
            var detail = body.path("detail").asText("");
            var text =
                    new StringBuilder(
                            detail.isEmpty() ? "%s answered %d".formatted(service, code) : detail);
            if (body.path("errors").size() > 1) {
                for (var error : body.path("errors")) {
                    text.append(
                            "\n  %s: %s"
                                    .formatted(
                                            error.path("field").asText(),
                                            error.path("detail").asText()));
                }
            }
            return text.toString();
        }
    }

    private Answer send(String service, HttpRequest.Builder builder) {
        var request = builder.build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            return new Answer(service, response.statusCode(), body(response));
        } catch (IOException e) {
            throw CliException.failed(
                    "%s does not answer at %s (%s); `tranship up` starts it"
                            .formatted(
                                    service,
                                    request.uri().resolve("/"),
                                    e.getClass().getSimpleName()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CliException.failed("interrupted");
        }
    }

    private static JsonNode body(HttpResponse<String> response) {
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException _) {
            return Json.object();
        }
    }

    private static HttpRequest.Builder to(URI base, String path) {
        var root = base.toString().replaceAll("/+$", "");
        return HttpRequest.newBuilder(URI.create(root + path)).timeout(ANSWER_LIMIT);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
