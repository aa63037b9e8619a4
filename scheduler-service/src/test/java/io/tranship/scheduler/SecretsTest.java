package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogApiTest.json;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Topics;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class SecretsTest {

    /// One word, as a parser that quotes what it does not know quotes one word.
    private static final String CANARY = "canary4711secret";

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Inject Outbox outbox;

    /// Through every way in: a right password, a wrong one, one in a field that is not its own, and
    /// one in JSON that is none.
    @Test
    void aSecretIsInNoResponseTopicTableOrLog() {
        var shop = new Shop();
        shop.runAtSource(
                "create role %s superuser login password '%s'".formatted(shop.model(), CANARY));
        var file =
                with(
                        with(shop.file(), "sources[0].postgres.username", shop.model()),
                        "sources[0].postgres.password",
                        CANARY);
        var logs = new Logs();
        Logger.getLogger("").addHandler(logs);
        try {
            var responses = new ArrayList<Response>();
            responses.add(json().body(file).put("/catalog"));
            assertThat(responses.getFirst().statusCode()).isEqualTo(200);
            responses.add(json().body(file).put("/catalog"));
            responses.add(json().get("/sources/" + shop.source()));
            responses.add(json().get("/sources?page_size=100"));
            responses.add(json().post("/sources/" + shop.source() + "/test"));
            responses.add(
                    json().body(with(file, "destinations[0].postgres.password", CANARY))
                            .put("/catalog"));
            responses.add(
                    json().body(with(file, "sources[0].postgres.password", List.of(CANARY)))
                            .put("/catalog"));
            responses.add(
                    json().body(with(file, "sources[0].postgres.password", object("plain", CANARY)))
                            .put("/catalog"));
            responses.add(json().body("{\"password\": " + CANARY + "}").put("/catalog"));
            responses.add(
                    json().header("Idempotency-Key", "k")
                            .body(with(shop.sourceThing(), "postgres.password", CANARY))
                            .post("/sources"));

            assertThat(responses)
                    .allSatisfy(response -> assertThat(response.asString()).doesNotContain(CANARY));
            assertThat(logs.text).noneMatch(line -> line.contains(CANARY));
            assertThat(publishedAndStored(shop)).noneMatch(text -> text.contains(CANARY));
        } finally {
            Logger.getLogger("").removeHandler(logs);
        }
    }

    private List<String> publishedAndStored(Shop shop) {
        var topics = new Topics(TopicReader.setting("tranship.topic-prefix"));
        var texts = new ArrayList<String>();
        var records =
                await().until(
                                () -> TopicReader.read(topics.catalog()),
                                all ->
                                        all.stream()
                                                .anyMatch(r ->
                                                        text(r.value()).contains(shop.source())));
        records.forEach(record -> texts.add(text(record.value())));
        for (var table : List.of("thing", "answer", "outbox")) {
            var rows =
                    outbox.inTransaction(session ->
                                    session.createNativeQuery(
                                                    "select cast(t as text) from %s t"
                                                            .formatted(table),
                                                    String.class)
                                            .getResultList())
                            .await()
                            .atMost(WAIT);
            texts.addAll(rows);
        }
        return texts;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static final class Logs extends Handler {

        private final List<String> text = new ArrayList<>();

        Logs() {
            setLevel(Level.ALL);
        }

        @Override
        public synchronized void publish(LogRecord line) {
            text.add(
                    "%s %s"
                            .formatted(
                                    line.getMessage(),
                                    Arrays.asList(orNone(line.getParameters()))));
            if (line.getThrown() != null) {
                text.add(line.getThrown().toString());
            }
        }

        private static Object[] orNone(Object @Nullable [] parameters) {
            return parameters == null ? new Object[0] : parameters;
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
