package io.tranship.status;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.matchesRegex;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Actor;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The sweep, turned by hand, on a real broker and a real database.
@QuarkusTest
@TestProfile(QuickTimes.class)
@QuarkusTestResource(ServiceTestResource.class)
class SweepTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Inject Broker broker;
    @Inject SweepLoop sweep;
    @Inject SweepStore store;
    @Inject RetentionLoop retention;
    @Inject Outbox outbox;
    @Inject DataSource database;

    private final Logs log = new Logs();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    /// Far from every deadline, unless the test says otherwise.
    @BeforeEach
    void setTimes() {
        log.submittedAt = now;
        log.expiresAt = now.plus(Duration.ofHours(6));
        log.startBy = now.plus(Duration.ofMinutes(10));
    }

    @Test
    void aTransferThatIsNeverDispatchedExpires() throws InterruptedException {
        broker.say(log.requested(), log.blocked(1, "fleet"));
        Api.awaitStatus(log.id, "PENDING");

        sweepOnce(log.expiresAt.plusSeconds(60));
        assertThat(broker.log(log.id)).noneMatch(Expired.class::isInstance);

        sweepOnce(log.expiresAt.plusSeconds(61));
        var expired = Api.awaitStatus(log.id, "EXPIRED");
        assertThat(expired.getString("started_at")).isNull();
        assertThat(expired.getString("ended_at")).isNotNull();
        assertThat(expired.getString("blocked_by[0].resource")).isEqualTo("fleet");
    }

    @Test
    void whatIsOnItsWayIsNotSaidAgain() {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");
        var late = log.expiresAt.plusSeconds(100);
        var nobody = new Deadlines.Before(null, null);
        var since = new SweepStore.Since(late, nobody, now, now, Duration.ofSeconds(30), 500);

        var again =
                outbox.inTransaction(session ->
                                store.overdue(session, since)
                                        .call(open ->
                                                store.say(
                                                        session,
                                                        open.stream()
                                                                .<TransferFact>map(one ->
                                                                        new Expired(one.id()))
                                                                .toList()))
                                        .chain(() -> store.overdue(session, since)))
                        .await()
                        .atMost(Api.WAIT);

        assertThat(again).isEmpty();
        Api.awaitStatus(log.id, "EXPIRED");
    }

    @Test
    void aDispatchedTransferDoesNotExpireButItsOrderRunsOut() throws InterruptedException {
        log.expiresAt = now.minus(Duration.ofHours(1));
        broker.say(log.requested(), log.dispatched());
        Api.awaitStatus(log.id, "PENDING");

        sweepOnce(now);
        assertThat(broker.log(log.id)).hasSize(2);

        sweepOnce(log.startBy.plusSeconds(1));
        var over = Api.awaitStatus(log.id, "ERROR");
        assertThat(over.getString("error.code")).isEqualTo("TRN-502");
        assertThat(over.getString("error.blame")).isEqualTo("platform");
        assertThat(broker.log(log.id).getLast())
                .isInstanceOfSatisfying(
                        Finished.class, finished -> assertThat(finished.run()).isNull());
    }

    @Test
    void aCancelledOrderThatNobodyTakesIsCancelled() throws InterruptedException {
        broker.say(log.requested(), log.dispatched(), log.cancelRequested());
        Api.awaitStatus(log.id, "PENDING");

        sweepOnce(log.startBy.plusSeconds(1));

        Api.awaitStatus(log.id, "CANCELLED");
    }

    @Test
    void aRunnerThatFallsSilentIsOrphanedAndOneThatBeatsIsNot() throws InterruptedException {
        var alive = new Logs();
        broker.say(log.requested(), log.dispatched(), log.started());
        broker.say(alive.requested(), alive.dispatched(), alive.started());
        Api.awaitStatus(log.id, "RUNNING");
        Api.awaitStatus(alive.id, "RUNNING");

        await().atMost(Api.WAIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    beat(alive);
                    sweepOnce(now);
                    return "ORPHANED".equals(Api.transfer(log.id).getString("status"));
                });

        assertThat(broker.log(log.id)).filteredOn(Orphaned.class::isInstance).hasSize(1);
        assertThat(broker.log(alive.id)).noneMatch(Orphaned.class::isInstance);
    }

    @Test
    void aBrokerOutageOfTwiceTheLimitOrphansNobody() throws InterruptedException {
        broker.say(log.requested(), log.dispatched(), log.started());
        Api.awaitStatus(log.id, "RUNNING");
        beatAndSweepFor(log, LIMIT.multipliedBy(2));

        // nobody gets a beat through, neither the runner nor the sweep
        passes(LIMIT.multipliedBy(2));
        sweepOnce(now);
        sweepOnce(now);
        assertThat(broker.log(log.id)).noneMatch(Orphaned.class::isInstance);

        beatAndSweepFor(log, LIMIT);
        assertThat(broker.log(log.id)).noneMatch(Orphaned.class::isInstance);
    }

    @Test
    void noTransferIsOrphanedByTheStatusServiceBeingDown() throws Exception {
        broker.say(log.requested(), log.dispatched(), log.started());
        Api.awaitStatus(log.id, "RUNNING");
        beatAndSweepFor(log, LIMIT.multipliedBy(2));

        // the service cannot read telemetry, while runner and broker are well
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var lock = connection.createStatement()) {
                lock.execute("select * from inbox where reader = 'status-telemetry' for update");
            }
            var until = Instant.now().plus(LIMIT.multipliedBy(2));
            while (Instant.now().isBefore(until)) {
                beat(log);
                assertThat(sweep.tick(now)).isEqualTo(SweepOutcome.BEHIND);
            }
            connection.rollback();
        }

        sweepOnce(now);
        assertThat(broker.log(log.id)).noneMatch(Orphaned.class::isInstance);
    }

    @Test
    void aRunThatBeatsForLongerThanADayIsCancelledAndThenGivenUp() throws InterruptedException {
        broker.say(log.requested(), log.dispatched(), log.started());
        Api.awaitStatus(log.id, "RUNNING");
        beatAndSweepFor(log, Duration.ofMillis(100));
        var day = Instant.now().plus(Duration.ofHours(25));
        beat(log);
        sweepOnce(day);

        await().atMost(Api.WAIT).until(() -> Api.transfer(log.id).getBoolean("cancel_requested"));
        assertThat(broker.log(log.id).getLast())
                .isEqualTo(new CancelRequested(log.id, Actor.PLATFORM));
        await().atMost(Api.WAIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    beat(log);
                    sweepOnce(day);
                    return "KILLED".equals(Api.transfer(log.id).getString("status"));
                });
        var over = Api.transfer(log.id);
        assertThat(over.getString("error.code")).isEqualTo("TRN-513");
        assertThat(over.getString("error.blame")).isEqualTo("platform");
        assertThat(broker.log(log.id))
                .filteredOn(fact -> fact instanceof CancelRequested || fact instanceof Orphaned)
                .hasSize(2);
    }

    @Test
    void whatEndedLongAgoIsDeletedWithItsFacts() throws Exception {
        var open = new Logs();
        broker.say(log.success());
        broker.say(open.requested());
        var ended = Api.awaitStatus(log.id, "SUCCESS").getString("ended_at");
        Api.awaitStatus(open.id, "PENDING");
        var end = Instant.parse(ended);

        retention.tick(end.plus(Duration.ofDays(90)));
        assertThat(Api.transfer(log.id).getString("status")).isEqualTo("SUCCESS");
        assertThat(retention.tick(end.plus(Duration.ofDays(90)).plusMillis(1))).isPositive();

        given().get("/transfers/" + log.id).then().statusCode(404);
        assertThat(count("select count(*) from fact where transfer_id = '%s'")).isZero();
        assertThat(Api.transfer(open.id).getString("status")).isEqualTo("PENDING");
    }

    @Test
    void openTransfersAreCountedNowAndThen() throws InterruptedException {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");
        sweepOnce(now);
        sweepOnce(now.plusSeconds(15));

        given().get("/q/metrics")
                .then()
                .body(matchesRegex("(?s).*tranship_status_open\\{[^}]*PENDING[^}]*\\} [1-9].*"));
    }

    @Test
    void oneSweepsAtATime() throws Exception {
        broker.say(log.requested());
        Api.awaitStatus(log.id, "PENDING");
        try (var connection = database.getConnection();
                var other = connection.createStatement()) {
            other.execute("select pg_advisory_lock(74000001)");
            try {
                await().atMost(Api.WAIT).until(() -> sweep.tick(now) == SweepOutcome.STANDING_BY);
                sweep.tick(log.expiresAt.plusSeconds(100));
                assertThat(broker.log(log.id)).noneMatch(Expired.class::isInstance);
            } finally {
                other.execute("select pg_advisory_unlock(74000001)");
            }
        }
    }

    @Test
    void whatWasHeardLongAgoIsForgotten() throws Exception {
        beat(log);
        sweepOnce(now);
        run("update beat set beat_at = beat_at - interval '2 days' where transfer_id = '%s'");
        sweepOnce(now);

        assertThat(count("select count(*) from beat where transfer_id = '%s'")).isZero();
    }

    private int count(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var query = connection.createStatement();
                var rows = query.executeQuery(sql.formatted(log.id))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql.formatted(log.id));
        }
    }

    private void beat(Logs running) {
        broker.telemetry(
                running.id,
                new Telemetry.Heartbeat(
                        running.id, Logs.EPOCH, running.run, "launcher-1", "host-1", 1));
    }

    /// Until one sweep has read all that was there when it began.
    private void sweepOnce(Instant at) throws InterruptedException {
        for (int tries = 0; tries < 40; tries++) {
            if (sweep.tick(at) == SweepOutcome.SWEPT) {
                return;
            }
        }
        throw new AssertionError("the sweep did not get through");
    }

    private void beatAndSweepFor(Logs running, Duration time) throws InterruptedException {
        var until = Instant.now().plus(time);
        while (Instant.now().isBefore(until)) {
            beat(running);
            sweepOnce(now);
        }
    }

    private static void passes(Duration time) {
        var from = Instant.now();
        await().until(() -> Instant.now().isAfter(from.plus(time)));
    }
}
