package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogApiTest.json;
import static io.tranship.scheduler.CatalogFile.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Target;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class TransferApiTest {

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Inject Outbox outbox;

    private final Shop shop = new Shop();
    private String destinationId = "";

    @BeforeEach
    void save() {
        json().body(shop.file()).put("/catalog").then().statusCode(200);
        destinationId = json().get(shop.path()).then().extract().path("id");
    }

    @Test
    void aRequestIsTakenAndPublishedUnderItsId() {
        var id = ask(Map.of());

        var request = requests(1).getFirst();
        assertThat(request.transferId().toString()).isEqualTo(id);
        assertThat(request.destination()).isEqualTo(destinationId);
        assertThat(request.models()).isEmpty();
        assertThat(request.kind()).isEqualTo(TransferKind.TRANSFER);
        assertThat(request.fullRefresh()).isFalse();
        assertThat(request.actor().type()).isEqualTo("user");
        assertThat(request.catalogRevision()).isGreaterThan(4);
    }

    @Test
    void allThatWasAskedForIsPublished() {
        ask(
                object(
                        "models",
                        List.of(shop.model()),
                        "full_refresh",
                        false,
                        "accept_shrink",
                        true,
                        "adopt",
                        true,
                        "start_window_at",
                        "2026-01-01T01:00:00+01:00",
                        "end_window_at",
                        "2026-02-01T00:00:00Z",
                        "tags",
                        object("team", "billing")));

        var request = requests(1).getFirst();
        assertThat(request.models()).containsExactly(shop.model());
        assertThat(request.acceptShrink()).isTrue();
        assertThat(request.adopt()).isTrue();
        assertThat(request.windowStart()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(request.windowEnd()).isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
        assertThat(request.tags()).containsEntry("team", "billing");
    }

    @Test
    void anIdempotencyKeyGivesTheSameTransferAgain() {
        var ids =
                Set.copyOf(
                        AtOnce.run(
                                8,
                                _ ->
                                        json().header("Idempotency-Key", "once " + destinationId)
                                                .body(object("full_refresh", true))
                                                .post(shop.path() + "/transfers")
                                                .then()
                                                .statusCode(202)
                                                .extract()
                                                .<String>path("transfer_id")));

        assertThat(ids).hasSize(1);
        assertThat(requests(1).getFirst().fullRefresh()).isTrue();
        var last = ask(Map.of());
        assertThat(requests(2))
                .extracting(request -> request.transferId().toString())
                .containsExactly(ids.iterator().next(), last);
        json().header("Idempotency-Key", "once " + destinationId)
                .post(shop.path() + "/transfers")
                .then()
                .statusCode(409);
    }

    @Test
    void anUnknownDestinationIsNotFound() {
        json().post("/destinations/nobody/transfers")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("there is no destination with the id or name 'nobody'"));
    }

    @Test
    void aModelThatIsUnknownOrNotTakenIsNamed() {
        var other = new Shop();
        json().body(other.file()).put("/catalog").then().statusCode(200);

        json().body(object("models", List.of("nothing", other.model())))
                .post(shop.path() + "/transfers")
                .then()
                .statusCode(422)
                .body("errors.field", contains("models[0]", "models[1]"))
                .body("errors[0].detail", equalTo("there is no model 'nothing'"))
                .body(
                        "errors[1].detail",
                        containsString("does not take model '%s'".formatted(other.model())));
    }

    @Test
    void whatDoesNotGoTogetherIsNamed() {
        refused(object("kind", "transfer"), "kind");
        refused(object("repair", true), "repair");
        refused(object("kind", "INTEGRITY", "full_refresh", true), "full_refresh");
        for (var field : List.of("full_refresh", "repair", "accept_shrink", "adopt")) {
            refused(object("kind", "PURGE", field, true), field);
        }
        refused(
                object("kind", "PURGE", "start_window_at", "2026-02-01T00:00:00Z"),
                "start_window_at");
        refused(object("start_window_at", "yesterday"), "start_window_at");
        refused(
                object(
                        "start_window_at", "2026-02-01T00:00:00Z",
                        "end_window_at", "2026-01-01T00:00:00Z"),
                "end_window_at");
        refused(
                object("full_refresh", true, "start_window_at", "2026-02-01T00:00:00Z"),
                "full_refresh");
        refused(object("tags", object("a", 1)), "tags.a");
        refused(object("fullrefresh", true), "fullrefresh");
    }

    @Test
    void whatNobodyCouldStoreIsRefusedInWords() {
        for (var wish :
                List.of(
                        object("tags", object("a".repeat(101), "v")),
                        object("tags", object("a", "v".repeat(251))),
                        object("tags", object("a", "\ud800")),
                        object("start_window_at", "+10000-01-01T00:00:00Z"))) {
            json().body(wish)
                    .post(shop.path() + "/transfers")
                    .then()
                    .statusCode(422)
                    .contentType("application/problem+json");
        }
    }

    @Test
    void aModelNamedByIdAndByNameIsAskedForOnce() {
        var id = json().get("/models/" + shop.model()).then().extract().<String>path("id");

        ask(object("models", List.of(shop.model(), id)));

        assertThat(requests(1).getFirst().models()).containsExactly(shop.model());
    }

    @Test
    void anAnswerIsGivenAgainAfterItsDestinationIsGone() {
        var first = again("gone " + destinationId);
        end(first);
        json().delete(shop.path()).then().statusCode(204);

        assertThat(again("gone " + destinationId)).isEqualTo(first);
        json().post(shop.path() + "/transfers").then().statusCode(404);
    }

    @Test
    void aPurgeIsAskedForByNameOnly() {
        ask(object("kind", "PURGE", "models", List.of(shop.model())));

        var request = requests(1).getFirst();
        assertThat(request.kind()).isEqualTo(TransferKind.PURGE);
        assertThat(request.models()).containsExactly(shop.model());
    }

    @Test
    void aDestinationWithOpenTransfersIsNotDeleted() {
        var open = ask(Map.of());
        var another = ask(object("kind", "PURGE"));

        json().delete(shop.path())
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body(
                        "detail",
                        equalTo(
                                "destination '%s' has open transfers: %s, %s; cancel them or wait for their end, and delete it then"
                                        .formatted(shop.destination(), open, another)));
        json().get(shop.path()).then().statusCode(200);

        end(open);
        end(another);
        json().delete(shop.path()).then().statusCode(204);
    }

    /// Asked for through Kafka by somebody else.
    @Test
    void aTransferThatOnlyTheLogTellsOfKeepsItsDestinationToo() {
        var id = new TransferId(UUID.randomUUID());
        var request = TransferRequest.plain(id, shop.destination(), Actor.PRODUCER);
        var target =
                new Target(
                        destinationId,
                        shop.destination(),
                        "r",
                        List.of("s"),
                        List.of(shop.model()));
        var now = Instant.now();
        tell(new TransferFact.Requested(id, request, now, now.plusSeconds(60), target));
        awaitOpen(id.toString(), 1);

        json().delete(shop.path()).then().statusCode(409);

        end(id.toString());
        json().delete(shop.path()).then().statusCode(204);
    }

    private void end(String transferId) {
        tell(new TransferFact.Cancelled(TransferId.parse(transferId)));
        awaitOpen(transferId, 0);
    }

    private void awaitOpen(String transferId, long number) {
        var sql = "select count(*) from followed where transfer_id = '%s'".formatted(transferId);
        await().until(() ->
                outbox.read(session -> session.createNativeQuery(sql, Long.class).getSingleResult())
                                .await()
                                .atMost(WAIT)
                        == number);
    }

    private void tell(TransferFact fact) {
        var topic = new Topics(TopicReader.setting("tranship.topic-prefix")).transfers();
        outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                List.of(
                                        new OutboxRecord(
                                                topic,
                                                fact.transferId().toString(),
                                                FactCodec.encode(fact),
                                                Map.of()))))
                .await()
                .atMost(WAIT);
    }

    private String again(String key) {
        return json().header("Idempotency-Key", key)
                .post(shop.path() + "/transfers")
                .then()
                .statusCode(202)
                .extract()
                .path("transfer_id");
    }

    private void refused(Map<String, Object> wish, String field) {
        json().body(wish)
                .post(shop.path() + "/transfers")
                .then()
                .statusCode(422)
                .body("errors.field", contains(field));
    }

    private String ask(Map<String, Object> wish) {
        return json().body(wish)
                .post(shop.path() + "/transfers")
                .then()
                .statusCode(202)
                .extract()
                .path("transfer_id");
    }

    private List<TransferRequest> requests(int number) {
        return await().until(() -> requestsFor(Set.of(destinationId)), all -> all.size() >= number);
    }

    static List<TransferRequest> requestsFor(Set<String> destinations) {
        var topic = new Topics(TopicReader.setting("tranship.topic-prefix")).requests();
        return TopicReader.read(topic).stream()
                .filter(record -> destinations.contains(record.key()))
                .map(record -> {
                    try {
                        return RequestCodec.decode(record.value(), null);
                    } catch (UndecodableException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }
}
