package io.tranship.status;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferStatus;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(QuickTimes.class)
@QuarkusTestResource(ServiceTestResource.class)
class StatusApiTest {

    @Inject Broker broker;
    @Inject Outbox outbox;
    @Inject RecordStore records;
    @Inject DataSource database;
    @Inject LogEndStore ends;
    @Inject SweepStore sweeps;
    @Inject TransferStreams streams;

    private final Logs log = new Logs();

    @Test
    void aTransferIsShownFromItsRequestToItsEnd() {
        log.tags = Map.of("team", "blue");
        broker.say(log.requested());
        var pending = Api.awaitStatus(log.id, "PENDING");
        assertThat(pending.getString("submitted_at")).isEqualTo("2026-11-23T04:00:00Z");
        assertThat(pending.getString("started_at")).isNull();
        assertThat(pending.getString("actor.id")).isEqualTo("somebody");
        assertThat(pending.getString("tags.team")).isEqualTo("blue");

        broker.say(log.dispatched(), log.started());
        var running = Api.awaitStatus(log.id, "RUNNING");
        assertThat(running.getString("started_at")).isNotNull();
        assertThat(running.getString("ended_at")).isNull();
        assertThat(running.getString("worker.launcher")).isEqualTo("launcher-1");
        assertThat(running.getLong("epoch")).isEqualTo(Logs.EPOCH);

        broker.say(log.success("invoices"), log.success("orders"), log.finished(RunEnd.COMPLETED));
        var over = Api.awaitStatus(log.id, "SUCCESS");
        assertThat(over.getString("ended_at")).isNotNull();
        assertThat(over.getLong("rows_transferred")).isEqualTo(10);
        assertThat(over.getLong("volume_bytes")).isEqualTo(100);
        assertThat(over.getList("model_results.model")).isEqualTo(List.of("invoices", "orders"));
        assertThat(over.getString("model_results[0].watermark_basis")).isEqualTo("COMMIT_SAFE");
        assertThat(over.getString("error")).isNull();
    }

    @Test
    void aFactToldAgainChangesNeitherRecordNorHistory() {
        broker.say(log.success());
        var before = Api.awaitStatus(log.id, "SUCCESS").prettify();
        var history = Api.get("/transfers/{id}/facts", log.id.toString()).prettify();

        broker.say(log.success());
        awaitReadToTheEnd();

        assertThat(Api.transfer(log.id).prettify()).isEqualTo(before);
        assertThat(Api.get("/transfers/{id}/facts", log.id.toString()).prettify())
                .isEqualTo(history);
    }

    @Test
    void theHistoryMarksWhatIsVoid() {
        broker.say(log.success());
        broker.say(new Orphaned(log.id, Logs.EPOCH));
        awaitReadToTheEnd();

        var facts = Api.get("/transfers/{id}/facts", log.id.toString());

        assertThat(facts.getList("items.type"))
                .containsExactly(
                        "TransferRequested",
                        "TransferDispatched",
                        "TransferStarted",
                        "ModelFinished",
                        "ModelFinished",
                        "TransferFinished",
                        "TransferOrphaned");
        assertThat(facts.getList("items.void"))
                .containsExactly(false, false, false, false, false, false, true);
        assertThat(facts.getString("items[2].fact.launcher")).isEqualTo("launcher-1");
        assertThat(facts.getString("items[2].fact.run")).isEqualTo(log.run.toString());
        assertThat(Api.transfer(log.id).getString("status")).isEqualTo("SUCCESS");
    }

    @Test
    void aRecordFoldedAnewFromItsFactsIsTheSame() throws SQLException {
        broker.say(log.requested(), log.blocked(1, "fleet"), log.blocked(2, "source:x"));
        broker.say(log.dispatched(), new Logs(log.id, "other").success("orders"), log.started());
        broker.say(log.success("orders"), log.cancelRequested(), log.finished(RunEnd.STOPPED));
        Api.awaitStatus(log.id, "KILLED");
        var before = row();

        outbox.inTransaction(session -> records.refold(session, log.id)).await().atMost(Api.WAIT);

        assertThat(row()).isEqualTo(before);
    }

    private String row() throws SQLException {
        try (var connection = database.getConnection();
                var query =
                        connection.prepareStatement(
                                "select cast(to_jsonb(t) - 'changed_at' as text) from transfer t where transfer_id = ?")) {
            query.setObject(1, log.id.value());
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    @Test
    void garbageBecomesADeadLetterAndTheRestGoesOn() {
        var garbage = ("garbage " + log.id).getBytes(StandardCharsets.UTF_8);
        broker.say(log.requested());
        broker.send(broker.topics().transfers(), log.id, garbage);
        broker.send(broker.topics().telemetry(), log.id, garbage);
        broker.say(log.dispatched(), log.started());

        Api.awaitStatus(log.id, "RUNNING");
        for (var topic : List.of(broker.topics().transfers(), broker.topics().telemetry())) {
            await().atMost(Api.WAIT)
                    .untilAsserted(() ->
                            assertThat(broker.read(broker.topics().deadLetters(topic)))
                                    .anyMatch(letter -> Arrays.equals(letter.value(), garbage)));
        }
    }

    @Test
    void aPendingTransferSaysWhatItWaitsFor() {
        var holder = new Logs(new TransferId(UUID.randomUUID()), log.destinationId);
        var earlier = new Logs(new TransferId(UUID.randomUUID()), log.destinationId);
        earlier.submittedAt = Logs.T0.minusSeconds(60);
        var resource = "destination:" + log.destinationId;
        broker.say(holder.requested(), holder.dispatched(), holder.started());
        broker.say(earlier.requested(), earlier.blocked(1, resource));
        broker.say(log.requested(), log.blocked(1, resource));
        awaitReadToTheEnd();

        var waits = Api.transfer(log.id);

        assertThat(waits.getString("blocked_by[0].resource")).isEqualTo(resource);
        assertThat(waits.getInt("blocked_by[0].limit")).isEqualTo(1);
        assertThat(waits.getInt("blocked_by[0].position")).isEqualTo(2);
        assertThat(waits.getList("blocked_by[0].holders")).containsExactly(holder.id.toString());
        assertThat(Api.transfer(earlier.id).getInt("blocked_by[0].position")).isEqualTo(1);

        broker.say(holder.finished(RunEnd.COMPLETED));
        Api.awaitStatus(holder.id, "ERROR");
        assertThat(Api.transfer(log.id).getList("blocked_by[0].holders")).isEmpty();
    }

    @Test
    void heartbeatAndProgressAreShownBesideTheRecord() {
        broker.say(log.requested(), log.dispatched(), log.started());
        broker.telemetry(
                log.id,
                new Telemetry.Heartbeat(log.id, Logs.EPOCH, log.run, "launcher-1", "host-1", 4711));
        broker.telemetry(
                log.id,
                new Telemetry.Progress(log.id, Logs.EPOCH, log.run, "orders", 100, 1000, 1, 4));
        broker.telemetry(
                log.id,
                new Telemetry.Progress(log.id, Logs.EPOCH, log.run, "invoices", 10, 50, 2, 4));
        var stranger = new Logs(log.id, log.destinationId);
        broker.telemetry(
                log.id,
                new Telemetry.Heartbeat(log.id, Logs.EPOCH, stranger.run, "launcher-2", "x", 1));
        awaitReadToTheEnd();

        var running = Api.transfer(log.id);

        assertThat(running.getLong("worker.pid")).isEqualTo(4711);
        assertThat(running.getString("last_heartbeat_at")).isNotNull();
        assertThat(running.getLong("progress.rows")).isEqualTo(110);
        assertThat(running.getInt("progress.chunks_done")).isEqualTo(3);
        assertThat(running.getInt("progress.chunks_total")).isEqualTo(8);
        assertThat(running.getString("progress.eta_low")).isNotNull();
        assertThat(running.getList("progress.models.model")).containsExactly("invoices", "orders");
    }

    @Test
    void whatComesAfterTheEndIsNoHeartbeat() {
        broker.say(log.success());
        Api.awaitStatus(log.id, "SUCCESS");

        broker.telemetry(
                log.id,
                new Telemetry.Heartbeat(log.id, Logs.EPOCH, log.run, "launcher-1", "host-1", 1));
        awaitReadToTheEnd();

        assertThat(Api.transfer(log.id).getString("last_heartbeat_at")).isNull();
    }

    @Test
    void aCancelGoesToTheLogOnce() {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");

        for (int i = 0; i < 3; i++) {
            given().header("Idempotency-Key", "k")
                    .post("/transfers/{id}/cancel", log.id.toString())
                    .then()
                    .statusCode(202)
                    .body("transfer_id", equalTo(log.id.toString()));
        }
        await().atMost(Api.WAIT)
                .untilAsserted(() ->
                        assertThat(Api.transfer(log.id).getBoolean("cancel_requested")).isTrue());
        given().post("/transfers/{id}/cancel", log.id.toString()).then().statusCode(202);

        assertThat(broker.log(log.id)).filteredOn(CancelRequested.class::isInstance).hasSize(1);
    }

    @Test
    void aCancelAskedForAgainUnderItsKeyIsAnsweredAsBefore() {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");
        var path = "/transfers/%s/cancel".formatted(log.id);
        given().header("Idempotency-Key", "mine").post(path).then().statusCode(202);
        broker.say(log.cancelRequested(), new Cancelled(log.id));
        Api.awaitStatus(log.id, "CANCELLED");

        given().header("Idempotency-Key", "mine")
                .post(path)
                .then()
                .statusCode(202)
                .body("status", equalTo("PENDING"));
        given().header("Idempotency-Key", "other").post(path).then().statusCode(409);
        given().header("Idempotency-Key", "x".repeat(256)).post(path).then().statusCode(400);
    }

    @Test
    void theHistoryComesInPages() {
        broker.say(log.success());
        Api.awaitStatus(log.id, "SUCCESS");
        var path = "/transfers/%s/facts?page_size=4".formatted(log.id);

        var first = Api.get(path);
        var second = Api.get(path + "&cursor=" + first.getString("next_cursor"));

        assertThat(first.getList("items")).hasSize(4);
        assertThat(second.getList("items.type"))
                .containsExactly("ModelFinished", "TransferFinished");
        assertThat(second.getString("next_cursor")).isNull();
        given().get(path + "&cursor=x").then().statusCode(400);
    }

    @Test
    void aFactUnderAStrangeKeyIsADeadLetter() {
        var other = new Logs();
        broker.say(other.requested());
        broker.send(broker.topics().transfers(), other.id, FactCodec.encode(log.requested()));
        Api.awaitStatus(other.id, "PENDING");
        awaitReadToTheEnd();

        given().get("/transfers/" + log.id).then().statusCode(404);
        await().atMost(Api.WAIT)
                .untilAsserted(() ->
                        assertThat(
                                        broker.read(
                                                broker.topics()
                                                        .deadLetters(broker.topics().transfers())))
                                .anyMatch(letter ->
                                        Arrays.equals(
                                                letter.value(),
                                                FactCodec.encode(log.requested()))));
    }

    @Test
    void coverageIsNotProvenByASuccessWithoutAReceipt() {
        var bare =
                new ModelFinished(
                        log.id,
                        Logs.EPOCH,
                        log.run,
                        new ModelResult(
                                "orders", 1, Outcome.SUCCESS, null, null, null, Logs.T0, Logs.T0));
        broker.say(log.requested(), log.dispatched(), log.started());
        broker.say(bare, log.success("invoices"), log.finished(RunEnd.COMPLETED));
        Api.awaitStatus(log.id, "PARTIAL_FAILURE");

        var coverage = Api.get("/destinations/{id}/coverage", log.destinationId);

        assertThat(coverage.getList("models.model")).containsExactly("invoices");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/transfers?destination=a%00b", "/destinations/a%00b/coverage"})
    void whatNoColumnHoldsIsABadParameter(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(400);
    }

    /// More than one page of changes between two looks.
    @Test
    void aStreamOfAllTellsEveryEndOfABurst() throws Exception {
        var burst = IntStream.range(0, 700).mapToObj(_ -> new Logs()).toList();
        var ids = burst.stream().map(one -> one.id.value()).collect(Collectors.toSet());
        var told =
                streams.ofAll()
                        .filter(one -> one.status() == TransferStatus.ERROR)
                        .map(Transfer::id)
                        .filter(ids::contains)
                        .select()
                        .distinct()
                        .select()
                        .first(700)
                        .collect()
                        .asList()
                        .subscribeAsCompletionStage();
        broker.sayTogether(
                burst.stream()
                        .<TransferFact>flatMap(one ->
                                Stream.of(
                                        one.requested(),
                                        new Rejected(one.id, ErrorCode.NO_MODEL.error("none"))))
                        .toList());

        assertThat(told.get(60, TimeUnit.SECONDS)).hasSize(700);
    }

    @Test
    void aTransferThatIsOverCannotBeCancelled() {
        broker.say(log.requested(), log.cancelRequested(), new Cancelled(log.id));
        Api.awaitStatus(log.id, "CANCELLED");

        given().post("/transfers/{id}/cancel", log.id.toString())
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("is over with status CANCELLED"));
    }

    @Test
    void aTransferThatIsNotFoldedCannotBeCancelled() {
        given().post("/transfers/{id}/cancel", log.id.toString())
                .then()
                .statusCode(404)
                .body("detail", containsString(log.id.toString()));

        assertThat(broker.log(log.id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/transfers/nonsense, id, 'nonsense'",
        "/transfers/nonsense/facts, id, 'nonsense'",
        "/transfers?page_size=101, page_size, '101'",
        "/transfers?page_size=0, page_size, '0'",
        "/transfers?status=DONE, status, 'DONE'",
        "/transfers?order=name, order, 'name'",
        "/transfers?cursor=x, cursor, 'x'",
        "/transfers?submitted_after=noon, submitted_after, 'noon'",
        "/transfers?stat=PENDING, stat, 'PENDING'"
    })
    void aBadParameterIsNamedWithItsValue(String path, String field, String value) {
        given().get(path)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("status", equalTo(400))
                .body("errors.field", hasItem(field))
                .body("errors[0].detail", containsString(value));
    }

    @Test
    void anUnknownTransferIsAProblem() {
        for (var path : List.of("", "/facts", "/stream")) {
            given().get("/transfers/" + log.id + path)
                    .then()
                    .statusCode(404)
                    .contentType("application/problem+json")
                    .body("detail", containsString(log.id.toString()));
        }
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrDouble() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            var one = new Logs(new TransferId(UUID.randomUUID()), log.destinationId);
            one.submittedAt = Logs.T0.plusSeconds(i / 2);
            ids.add(one.id.toString());
            broker.say(one.requested());
        }
        awaitReadToTheEnd();

        for (var order : List.of("submitted_at", "-submitted_at")) {
            var seen = new ArrayList<String>();
            var times = new ArrayList<String>();
            var path =
                    "/transfers?page_size=3&order=" + order + "&destination=" + log.destinationId;
            String cursor = null;
            do {
                var page = Api.get(cursor == null ? path : path + "&cursor=" + cursor);
                seen.addAll(page.getList("items.id"));
                times.addAll(page.getList("items.submitted_at"));
                cursor = page.getString("next_cursor");
            } while (cursor != null);

            assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(order.startsWith("-") ? times.reversed() : times).isSorted();
        }
    }

    @Test
    void filtersFindWhatTheySay() {
        log.tags = Map.of("team", "blue-" + log.id);
        log.kind = TransferKind.INTEGRITY;
        broker.say(log.success());
        Api.awaitStatus(log.id, "SUCCESS");
        var only = List.of(log.id.toString());
        var d = log.destinationId;

        for (var filter :
                List.of(
                        "destination=" + d,
                        "destination=acme " + d,
                        "recipient=r-" + d,
                        "source=s1-" + d,
                        "tag=team:blue-" + log.id,
                        "destination=" + d + "&model=orders",
                        "destination=" + d + "&kind=integrity",
                        "destination=" + d + "&status=SUCCESS&status=ERROR",
                        "destination=" + d + "&submitted_after=2026-11-23T04:00:00Z",
                        "destination=" + d + "&submitted_before=2026-11-23T05:00:01+01:00",
                        "destination=" + d + "&ended_after=2026-01-01T00:00:00Z&order=-ended_at")) {
            assertThat(Api.get("/transfers?" + filter).getList("items.id"))
                    .as(filter)
                    .isEqualTo(only);
        }
        for (var filter :
                List.of(
                        "model=none",
                        "kind=TRANSFER",
                        "status=PENDING",
                        "submitted_before=2026-11-23T04:00:00Z",
                        "ended_before=2026-01-01T00:00:00Z",
                        "tag=team:red")) {
            assertThat(Api.get("/transfers?destination=" + d + "&" + filter).getList("items.id"))
                    .as(filter)
                    .isEmpty();
        }
    }

    @Test
    void aStreamEndsWithTheFinalRecord() {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");
        var stream =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                            broker.say(log.success());
                        });
        stream.start();

        var events =
                given().get("/transfers/{id}/stream", log.id.toString())
                        .then()
                        .statusCode(200)
                        .contentType(startsWith("text/event-stream"))
                        .extract()
                        .asString();

        assertThat(events.lines().filter(line -> line.startsWith("data:")).toList())
                .satisfies(data -> {
                    assertThat(data.getFirst()).contains("\"status\":\"PENDING\"");
                    assertThat(data.getLast()).contains("\"status\":\"SUCCESS\"");
                });
    }

    @Test
    void whatWasPurgedIsNotCovered() {
        broker.say(log.success());
        Api.awaitStatus(log.id, "SUCCESS");
        var purge = new Logs(new TransferId(UUID.randomUUID()), log.destinationId);
        purge.kind = TransferKind.PURGE;
        broker.say(purge.requested(), purge.dispatched(), purge.started());
        broker.say(
                purge.success("orders"),
                purge.failed("invoices", ErrorCode.DESTINATION_TABLE_NEEDED.error("a view")));
        broker.say(purge.finished(RunEnd.COMPLETED));
        Api.awaitStatus(purge.id, "PARTIAL_FAILURE");

        var coverage = Api.get("/destinations/{id}/coverage", log.destinationId);

        assertThat(coverage.getList("models.model")).containsExactly("invoices");
        assertThat(coverage.getList("models.transfer_id")).containsExactly(log.id.toString());
    }

    @Test
    void coverageShowsTheLastProvenReceiptOfEachModel() {
        broker.say(log.success());
        Api.awaitStatus(log.id, "SUCCESS");
        var later = new Logs(new TransferId(UUID.randomUUID()), log.destinationId);
        broker.say(later.requested(), later.dispatched(), later.started());
        broker.say(later.unbalanced("orders"), later.finished(RunEnd.COMPLETED));
        Api.awaitStatus(later.id, "ERROR");

        var coverage = Api.get("/destinations/{id}/coverage", log.destinationId);

        assertThat(coverage.getList("models.model")).containsExactly("invoices", "orders");
        assertThat(coverage.getList("models.transfer_id"))
                .isEqualTo(List.of(log.id.toString(), log.id.toString()));
        assertThat(coverage.getString("models[1].complete_up_to")).startsWith("2026-11-23");
        given().get("/destinations/nowhere/coverage")
                .then()
                .statusCode(404)
                .body("detail", containsString("nowhere"));
    }

    @Test
    void thePageEscapesWhatOthersWrote() {
        var hostile = new Logs(log.id, "<script>alert(1)</script>");
        broker.say(hostile.requested());
        Api.awaitStatus(log.id, "PENDING");

        var page = given().get("/").then().statusCode(200).extract().asString();

        assertThat(page).doesNotContain("<script>");
    }

    @Test
    void theServiceDescribesItself() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/openapi")
                .then()
                .statusCode(200)
                .body(containsString("/transfers/{id}/cancel"));
        given().get("/q/metrics").then().statusCode(200).body(containsString("tranship_status"));
    }

    private void awaitReadToTheEnd() {
        await().atMost(Api.WAIT).until(this::isReadToTheEnd);
    }

    private boolean isReadToTheEnd() throws Exception {
        return ends.ends().unread(sweeps.positions().await().atMost(Api.WAIT)) == 0;
    }
}
