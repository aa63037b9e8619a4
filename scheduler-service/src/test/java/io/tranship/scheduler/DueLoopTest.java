package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogApiTest.json;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.TransferApiTest.requestsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Target;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class DueLoopTest {

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Inject DueLoop loop;
    @Inject Outbox outbox;

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
