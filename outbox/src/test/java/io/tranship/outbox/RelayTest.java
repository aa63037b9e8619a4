package io.tranship.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tranship.servers.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Relays cranked by hand, as two processes of one service would.
class RelayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<RelayLoop> relays = new ArrayList<>();
    private TestKafka kafka;
    private TestDatabase database;
    private String topic;

    @BeforeEach
    void makeDatabaseAndTopic() throws Exception {
        var servers = TestServers.get();
        kafka = new TestKafka(servers.kafkaBootstrap());
        database =
                new TestDatabase(
                                "jdbc:postgresql://%s:%d/%s"
                                        .formatted(
                                                servers.postgresHost(),
                                                servers.postgresPort(),
                                                servers.newDatabase("relay")),
                                servers.postgresUser(),
                                servers.postgresPassword())
                        .migrated();
        topic = servers.newTopicPrefix() + "transfers";
    }

    @AfterEach
    void closeRelays() {
        relays.forEach(RelayLoop::close);
    }

    @Test
    void oneProcessRelaysAndTheOtherStandsBy() throws Exception {
        var one = relay();
        var other = relay();

        assertThat(one.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.REST);
        assertThat(other.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.STAND_BY);

        database.add(topic, "k", values(0, 3));
        assertThat(other.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.STAND_BY);
        assertThat(kafka.valuesOf(topic, "k")).isEmpty();
        assertThat(one.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.GO_ON);
        assertThat(kafka.valuesOf(topic, "k")).isEqualTo(values(0, 3));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void theOtherTakesOverWhenTheConnectionOfTheRelayIsKilled() throws Exception {
        var one = relay();
        var other = relay();
        one.tick(Instant.EPOCH);
        other.tick(Instant.EPOCH);
        database.add(topic, "k", values(0, 3));

        assertThat(
                        database.query(
                                "select pg_terminate_backend(pid) from pg_locks"
                                        + " where locktype = 'advisory' and granted"
                                        + " and database = (select oid from pg_database"
                                        + " where datname = current_database())"))
                .containsExactly("t");

        await().atMost(PATIENCE).until(() -> other.tick(Instant.EPOCH) == RelayLoop.Next.GO_ON);
        assertThat(kafka.valuesOf(topic, "k")).isEqualTo(values(0, 3));
        assertThat(one.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.RECOVER);
        assertThat(one.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.STAND_BY);
        assertThat(errors("database")).isEqualTo(1.0);
    }

    @Test
    void aRelayThatLostItsRightCannotDeleteWhatItSent() throws Exception {
        var store = store();
        assertThat(store.leads()).isTrue();
        database.add(topic, "k", values(0, 1));
        var ids = store.unsent(10).stream().map(RelayRow::id).toList();
        database.query(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                        + " and database = (select oid from pg_database"
                        + " where datname = current_database())");

        try (store) {
            store.delete(ids);
        } catch (java.sql.SQLException _) {
            // as it should be
        }

        assertThat(waiting()).hasSize(1);
    }

    @Test
    void whatFailsIsNotOvertakenByLaterRecordsOfItsKey() throws Exception {
        limitRecords("2000");
        var big = "b".repeat(5_000);
        database.add(topic, "k", List.of("first", big));
        database.add(topic, "k", values(0, 200));
        var relay = relay();

        assertThat(relay.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.RECOVER);
        assertThat(relay.tick(Instant.EPOCH)).isEqualTo(RelayLoop.Next.RECOVER);
        assertThat(kafka.valuesOf(topic, "k")).containsOnly("first");
        assertThat(errors("send")).isEqualTo(2.0);

        limitRecords("1048588");
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    relay.tick(Instant.EPOCH);
                    assertThat(waiting()).isEmpty();
                });

        var expected = new ArrayList<>(List.of("first", big));
        expected.addAll(values(0, 200));
        assertThat(new LinkedHashSet<>(kafka.valuesOf(topic, "k")))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void aBatchIsBoundedInRowsAndInBytes() throws Exception {
        database.add(topic, "k", values(0, 30));
        var million = "m".repeat(990_000);
        database.add(topic, "big", List.of(million, million, million, million, million));
        database.add(topic, "big", List.of(million, million, million, million, million));

        try (var store = store()) {
            assertThat(store.unsent(20)).hasSize(20);
            assertThat(store.unsent(500)).hasSize(38);
        }
    }

    @Test
    void theBacklogAndItsAgeAreMeasured() throws Exception {
        database.add(topic, "k", values(0, 5));
        database.execute("update outbox set added_at = now() - interval '1 minute'");
        try (var store = store()) {
            var backlog = store.backlog();

            assertThat(backlog.rows()).isEqualTo(5);
            assertThat(backlog.oldestAgeMs()).isBetween(60_000L, 70_000L);
        }
    }

    private RelayLoop relay() {
        var relay =
                new RelayLoop(
                        store(),
                        new RelayPublisher(Map.of("bootstrap.servers", kafka.bootstrap())),
                        new OutboxMetrics(meters),
                        500);
        relays.add(relay);
        return relay;
    }

    private RelayStore store() {
        return new RelayStore(database.url(), database.user(), database.password());
    }

    private void limitRecords(String bytes) throws Exception {
        try (var admin = kafka.admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry("max.message.bytes", bytes),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private List<String> waiting() {
        return database.query("select id from outbox");
    }

    private double errors(String what) {
        var counter = meters.find("tranship.relay.errors").tag("what", what).counter();
        return counter == null ? 0 : counter.count();
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "v" + n).toList();
    }
}
