package io.tranship.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// What a user of the HTTP interfaces sees of a running fleet.
final class Api {

    private static final Set<String> OPEN = Set.of("PENDING", "RUNNING", "ABSENT");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final int statusPort;
    private final int schedulerPort;

    Api(int statusPort, int schedulerPort) {
        this.statusPort = statusPort;
        this.schedulerPort = schedulerPort;
    }

    record Answer(int code, JsonNode body) {}

    Answer putCatalog(Object catalog) {
        return send("PUT", schedulerPort, "/catalog", catalog);
    }

    /// Asks until it is taken: a service that is being restarted is asked again, under one
    /// idempotency key.
    String request(String destination, Map<String, Object> wish) {
        var key = UUID.randomUUID().toString();
        var answer =
                Awaitility.await("POST of a transfer to " + destination)
                        .atMost(Duration.ofMinutes(1))
                        .ignoreExceptions()
                        .until(
                                () ->
                                        send(
                                                "POST",
                                                schedulerPort,
                                                "/destinations/" + destination + "/transfers",
                                                wish,
                                                key),
                                a -> a.code() < 500);
        if (answer.code() != 202) {
            throw new IllegalStateException("request for %s: %s".formatted(destination, answer));
        }
        return answer.body().get("transfer_id").asText();
    }

    Answer tryRequest(String destination, Map<String, Object> wish) {
        return send("POST", schedulerPort, "/destinations/" + destination + "/transfers", wish);
    }

    Answer cancel(String transfer) {
        return send("POST", statusPort, "/transfers/" + transfer + "/cancel", Map.of());
    }

    JsonNode transfer(String id) {
        return send("GET", statusPort, "/transfers/" + id, null).body();
    }

    Answer status(String path) {
        return send("GET", statusPort, path, null);
    }

    Answer scheduler(String method, String path, Object body) {
        return send(method, schedulerPort, path, body);
    }

    /// `ABSENT` while the record is not there yet.
    String statusOf(String id) {
        var answer = send("GET", statusPort, "/transfers/" + id, null);
        return answer.code() == 404 ? "ABSENT" : answer.body().path("status").asText("UNREADABLE");
    }

    JsonNode awaitEnd(String id, Duration limit) {
        try {
            Awaitility.await("end of transfer " + id)
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(
                            () -> statusOf(id),
                            status -> !OPEN.contains(status) && !status.equals("UNREADABLE"));
        } catch (ConditionTimeoutException late) {
            throw new IllegalStateException(
                    "no end of transfer %s within %s: %s, its facts %s"
                            .formatted(
                                    id,
                                    limit,
                                    status("/transfers/" + id),
                                    status("/transfers/%s/facts".formatted(id))),
                    late);
        }
        return transfer(id);
    }

    JsonNode awaitEnd(String id) {
        return awaitEnd(id, Duration.ofMinutes(1));
    }

    /// Asks, and waits for the end.
    JsonNode transferred(String destination) {
        return awaitEnd(request(destination, Map.of()));
    }

    void awaitStatus(String id, String status) {
        Awaitility.await("transfer %s is %s".formatted(id, status))
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> statusOf(id), status::equals);
    }

    private Answer send(
            String method, int port, String path, @org.jspecify.annotations.Nullable Object body) {
        return send(method, port, path, body, UUID.randomUUID().toString());
    }

    private Answer send(
            String method,
            int port,
            String path,
            @org.jspecify.annotations.Nullable Object body,
            String key) {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(30))
                            .header("content-type", "application/json");
            if (method.equals("POST")) {
                request.header("Idempotency-Key", key);
            }
            request.method(
                    method,
                    body == null
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var text = response.body();
            return new Answer(
                    response.statusCode(), text.isBlank() ? JSON.nullNode() : JSON.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
