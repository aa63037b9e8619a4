package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogApiTest.json;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.TransferApiTest.requestsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Target;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class DueLoopTest {

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Inject DueLoop loop;
    @Inject Outbox outbox;
    @Inject SilentLoop silent;
    @Inject LogEndStore ends;
    @Inject DataSource database;

    private final Shop shop = new Shop();
    private String destination = "";

    /// Later than any clock of another test, so that those have been asked for already.
    private Instant now = Instant.now().plus(Duration.ofDays(400)).truncatedTo(ChronoUnit.DAYS);

    @BeforeEach
    void save() {
        json().body(CatalogFile.with(shop.file(true), "destinations[0].frequency_minutes", 60))
                .put("/catalog")
                .then()
                .statusCode(200);
        destination = json().get(shop.path()).then().extract().path("id");
    }

    @AfterEach
    void disable() {
        json().post("/resume").then().statusCode(200);
        json().body(object("enabled", false)).patch(shop.path()).then().statusCode(200);
    }

    @Test
    void theFirstTransferIsAskedForAtOnceAndTheNextOnTheGrid() {
        tick();
        var first = asked(1).getFirst();
        assertThat(first.actor().type()).isEqualTo("schedule");
        end(first.transferId());

        tickAt(now.plus(Duration.ofMinutes(59)));
        assertThat(asked(1)).hasSize(1);
        tickAt(now.plus(Duration.ofMinutes(60)));
        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void aSlowTransferDoesNotPileUpScheduledOnes() {
        tick();
        for (var hour = 1; hour <= 5; hour++) {
            tickAt(now.plus(Duration.ofHours(hour)));
        }
        var slow = asked(1);
        assertThat(slow).hasSize(1);

        end(slow.getFirst().transferId());
        now = now.plus(Duration.ofHours(5).plusMinutes(10));
        tick();
        tick();

        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void anOutageOfTheSchedulerGivesOneTransferAndNotMany() {
        tick();
        end(asked(1).getFirst().transferId());

        now = now.plus(Duration.ofDays(3));
        tick();
        tick();

        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void aDisabledDestinationIsNotAskedForButTakesRequests() {
        disable();

        tick();
        json().post(shop.path() + "/transfers").then().statusCode(202);

        assertThat(asked(1)).extracting(request -> request.actor().type()).containsExactly("user");
    }

    @Test
    void theEndOfARunThatIsNotTheFirstStartedDoesNotCount() {
        tick();
        var id = asked(1).getFirst().transferId();
        var run = new RunId(UUID.randomUUID());
        var dispatched = dispatched(id, 7);
        tell(dispatched, new TransferFact.Started(id, 7, run, "l", "h"));
        tell(
                new TransferFact.Finished(
                        id, 7, new RunId(UUID.randomUUID()), RunEnd.COMPLETED, null));
        now = now.plus(Duration.ofHours(2));
        // Told after the void end, in the same partition: once it is seen, so is the void one.
        tell(new TransferFact.CancelRequested(id, new Actor("user", "u")));
        awaitKeptFacts(id, 3);
        tick();
        assertThat(asked(1)).hasSize(1);

        tell(new TransferFact.Finished(id, 7, run, RunEnd.COMPLETED, null));
        awaitClosed(id);
        tick();

        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void aGarbageRecordInTheLogStopsNothing() {
        tick();
        var id = asked(1).getFirst().transferId();
        var topic = new Topics(TopicReader.setting("tranship.topic-prefix")).transfers();
        outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                List.of(
                                        new OutboxRecord(
                                                topic,
                                                id.toString(),
                                                new byte[] {1, 2, 3},
                                                Map.of()),
                                        new OutboxRecord(topic, id.toString(), null, Map.of()))))
                .await()
                .atMost(WAIT);

        end(id);
    }

    @Test
    void replicasThatTurnAtTheSameTimeAskOnce() {
        var shops = IntStream.range(0, 6).mapToObj(_ -> new Shop()).toList();
        for (var one : shops) {
            json().body(one.file(true)).put("/catalog").then().statusCode(200);
        }
        var destinations = new HashSet<String>();
        for (var one : shops) {
            destinations.add(json().get(one.path()).then().extract().path("id"));
        }
        var ended = new HashSet<TransferId>();
        for (var day = 0; day < 5; day++) {
            now = now.plus(Duration.ofDays(1));
            var turn = now;
            AtOnce.run(6, _ -> loop.tick(turn).await().atMost(WAIT));

            var number = destinations.size() * (day + 1);
            var all =
                    await().until(() -> requestsFor(destinations), found -> found.size() >= number);
            assertThat(all).hasSize(number);
            all.stream()
                    .filter(request -> ended.add(request.transferId()))
                    .forEach(request -> tell(new TransferFact.Cancelled(request.transferId())));
            await().until(() ->
                    count(
                                    "select count(*) from schedule where open_transfer is not null and destination in (%s)"
                                            .formatted(quoted(destinations)))
                            == 0);
        }
        for (var one : shops) {
            json().body(object("enabled", false)).patch(one.path()).then().statusCode(200);
        }
    }

    @Test
    void afterAFailureTheNextOneComesSoonerThanTheGrid() {
        daily();
        tick();
        fail(asked(1).getFirst().transferId());

        tickAt(Instant.now().plusSeconds(30));
        assertThat(asked(1)).hasSize(1);
        tickAt(Instant.now().plusSeconds(90));
        var again = asked(2).getLast();
        assertThat(again.fullRefresh()).isFalse();

        fail(again.transferId());
        tickAt(Instant.now().plusSeconds(90));
        assertThat(asked(2)).hasSize(2);
        json().get(shop.path() + "/schedule")
                .then()
                .statusCode(200)
                .body("failures", equalTo(2))
                .body("next_run_at", notNullValue());
    }

    @Test
    void aFailedFullRefreshStaysOwedUntilOneSucceeds() {
        daily();
        tick();
        end(asked(1).getFirst().transferId());
        var id =
                json().body(object("full_refresh", true, "accept_shrink", true))
                        .post(shop.path() + "/transfers")
                        .then()
                        .statusCode(202)
                        .extract()
                        .<String>path("transfer_id");
        var refresh = asked(2).getLast();
        assertThat(refresh.transferId().toString()).isEqualTo(id);
        refreshed(refresh, false);
        awaitOwed(1);

        tickAt(Instant.now().plusSeconds(30));
        assertThat(asked(2)).hasSize(2);
        tickAt(Instant.now().plusSeconds(90));
        var owed = asked(3).getLast();
        assertThat(owed.fullRefresh()).isTrue();
        assertThat(owed.acceptShrink()).isTrue();
        assertThat(owed.models()).containsExactly(shop.model());
        assertThat(owed.actor()).isEqualTo(Actor.SCHEDULE);

        refreshed(owed, true);
        awaitOwed(0);
        awaitClosed(owed.transferId());
        tickAt(Instant.now().plusSeconds(90));
        assertThat(asked(3)).hasSize(3);
    }

    @Test
    void anOwedRefreshOfAModelThatIsGoneIsForgotten() {
        daily();
        tick();
        end(asked(1).getFirst().transferId());
        run(
                "insert into owed_refresh values ('%s', 'gone', false, false, 1, now() - interval '1 hour')"
                        .formatted(destination));

        tick();

        assertThat(asked(1)).hasSize(1);
        awaitOwed(0);
    }

    @Test
    void whilePausedNothingIsAskedForAndAfterwardsOnce() {
        json().post("/pause").then().statusCode(200).body("paused", equalTo(true));
        tick();
        json().get(shop.path() + "/schedule").then().body("paused", equalTo(true));
        json().post(shop.path() + "/transfers").then().statusCode(202);
        assertThat(asked(1)).extracting(one -> one.actor().type()).containsExactly("user");

        json().post("/resume").then().statusCode(200).body("paused", equalTo(false));
        tickAt(now.plus(Duration.ofDays(3)));
        tickAt(now.plus(Duration.ofDays(3)));
        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void aTransferOfWhichNothingIsHeardIsGivenUp() throws Exception {
        tick();
        var lost = asked(1).getFirst().transferId();
        var sixHours = now.plus(Duration.ofHours(7)).minusSeconds(1);
        giveUp(sixHours);
        tickAt(sixHours);
        assertThat(asked(1)).hasSize(1);

        giveUp(now.plus(Duration.ofHours(7)).plusSeconds(1));
        awaitClosed(lost);
        tickAt(now.plus(Duration.ofHours(8)));

        assertThat(asked(2)).hasSize(2);
    }

    @Test
    void aStartedTransferHasLongerBeforeItIsGivenUp() throws Exception {
        now = Instant.now();
        tick();
        var id = asked(1).getFirst().transferId();
        tell(
                dispatched(id, 7),
                new TransferFact.Started(id, 7, new RunId(UUID.randomUUID()), "l", "h"));
        await().until(() ->
                count(
                                "select count(*) from followed where started and transfer_id = '%s'"
                                        .formatted(id))
                        == 1);

        giveUp(now.plus(Duration.ofHours(24)));
        assertThat(isOpen(id)).isTrue();
        giveUp(Instant.now().plus(Duration.ofHours(25)).plusSeconds(60));
        assertThat(isOpen(id)).isFalse();
    }

    @Test
    void whatThisServiceHasNotReadIsNotSilent() throws Exception {
        tick();
        var id = asked(1).getFirst().transferId();
        // What another test's turn still waits for.
        giveUp(Instant.EPOCH);
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var lock = connection.createStatement()) {
                lock.execute("lock table inbox in exclusive mode");
                tell(dispatched(id, 7));
                await().until(() -> count("select count(*) from outbox") == 0);

                assertThat(silent.tick(now.plus(Duration.ofDays(1)))).isZero();
            }
            connection.rollback();
        }
        assertThat(isOpen(id)).isTrue();
        giveUp(now.plus(Duration.ofDays(1)));
        assertThat(isOpen(id)).isFalse();
    }

    /// Until all was read that there was.
    private void giveUp(Instant at) throws Exception {
        for (var tries = 0; tries < 5; tries++) {
            silent.tick(at);
            await().until(() ->
                    ends.ends().isReached(outbox.read(ends::positions).await().atMost(WAIT)));
        }
    }

    private boolean isOpen(TransferId id) {
        return count("select count(*) from schedule where open_transfer = '%s'".formatted(id)) == 1;
    }

    /// By the clock of the broker, which stamps the ends.
    private void daily() {
        json().body(object("frequency_minutes", 1440)).patch(shop.path()).then().statusCode(200);
        now = Instant.now();
    }

    private void fail(TransferId id) {
        tell(new TransferFact.Rejected(id, ErrorCode.UNKNOWN_DESTINATION.error("none")));
        awaitClosed(id);
    }

    private void refreshed(TransferRequest request, boolean succeeds) {
        var id = request.transferId();
        var run = new RunId(UUID.randomUUID());
        var target =
                new Target(
                        destination, shop.destination(), "r", List.of("s"), List.of(shop.model()));
        var result =
                new ModelResult(
                        shop.model(),
                        1,
                        succeeds ? ModelResult.Outcome.SUCCESS : ModelResult.Outcome.FAILED,
                        succeeds
                                ? new Receipt(
                                        null,
                                        null,
                                        WatermarkBasis.LOOKBACK,
                                        null,
                                        1,
                                        1,
                                        1,
                                        0,
                                        0,
                                        0,
                                        1,
                                        1,
                                        false)
                                : null,
                        null,
                        succeeds ? null : ErrorCode.DESTINATION_DISK_FULL.error("full"),
                        now,
                        now);
        tell(
                new TransferFact.Requested(id, request, now, now.plusSeconds(60), target),
                new TransferFact.Dispatched(
                        id, 7, target, List.of(new ModelRevision(shop.model(), 1)), now),
                new TransferFact.Started(id, 7, run, "l", "h"),
                new TransferFact.ModelFinished(id, 7, run, result),
                new TransferFact.Finished(id, 7, run, RunEnd.COMPLETED, null));
    }

    private void awaitOwed(int number) {
        await().until(() ->
                count(
                                "select count(*) from owed_refresh where destination = '%s'"
                                        .formatted(destination))
                        == number);
    }

    private void run(String sql) {
        outbox.inTransaction(session -> session.createNativeQuery(sql).executeUpdate())
                .await()
                .atMost(WAIT);
    }

    private void tick() {
        tickAt(now);
    }

    private void tickAt(Instant instant) {
        loop.tick(instant).await().atMost(WAIT);
    }

    private List<TransferRequest> asked(int number) {
        return await().until(() -> requestsFor(Set.of(destination)), all -> all.size() >= number);
    }

    private void end(TransferId id) {
        tell(new TransferFact.Cancelled(id));
        awaitClosed(id);
    }

    private static String quoted(Set<String> ids) {
        return ids.stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
    }

    private void awaitClosed(TransferId id) {
        await().until(() ->
                count("select count(*) from schedule where open_transfer = '%s'".formatted(id))
                        == 0);
    }

    private void awaitKeptFacts(TransferId id, int number) {
        await().until(() ->
                count("select count(*) from open_fact where transfer_id = '%s'".formatted(id))
                        == number);
    }

    private long count(String sql) {
        return outbox.inTransaction(
                        session -> session.createNativeQuery(sql, Long.class).getSingleResult())
                .await()
                .atMost(WAIT);
    }

    private TransferFact dispatched(TransferId id, long epoch) {
        return new TransferFact.Dispatched(
                id,
                epoch,
                new Target(destination, shop.destination(), "r", List.of("s"), List.of("m")),
                List.of(new ModelRevision("m", 1)),
                now);
    }

    private void tell(TransferFact... facts) {
        var topic = new Topics(TopicReader.setting("tranship.topic-prefix")).transfers();
        outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                List.of(facts).stream()
                                        .map(fact ->
                                                new OutboxRecord(
                                                        topic,
                                                        fact.transferId().toString(),
                                                        FactCodec.encode(fact),
                                                        CloudEventHeaders.of(
                                                                "Fact",
                                                                "test",
                                                                UUID.randomUUID().toString(),
                                                                null)))
                                        .toList()))
                .await()
                .atMost(WAIT);
    }
}
