package io.tranship.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Records that a transaction adds, as a reader of the topic sees them.
@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
class OutboxTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject Outbox outbox;

    @ConfigProperty(name = "tranship.kafka")
    String bootstrap;

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;

    @ConfigProperty(name = "tranship.db.user")
    String user;

    @ConfigProperty(name = "tranship.db.password", defaultValue = "")
    String password;

    @ConfigProperty(name = "tranship.topic-prefix")
    String prefix;

    private TestKafka kafka;
    private TestDatabase database;
    private String topic;

    @BeforeEach
    void makeATopic() throws Exception {
        kafka = new TestKafka(bootstrap);
        database = new TestDatabase(url, user, password);
        topic = prefix + "out-" + UUID.randomUUID();
        kafka.create(topic, 3);
    }

    @Test
    void recordsOfOneKeyArriveInTheOrderTheyWereAdded() {
        var values = IntStream.range(0, 1_200).mapToObj(n -> "v" + n).toList();

        add(values.subList(0, 700), "a");
        add(List.of("other"), "b");
        add(values.subList(700, 1_200), "a");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kafka.valuesOf(topic, "a")).isEqualTo(values));
        assertThat(kafka.valuesOf(topic, "b")).containsExactly("other");
    }

    @Test
    void aPublishedRowIsGone() {
        add(List.of("one", "two"), "k");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kafka.valuesOf(topic, "k")).hasSize(2));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(database.query("select id from outbox where topic = ?", topic))
                                .isEmpty());
    }

    @Test
    void aTombstoneAndHeadersArriveAsTheyWere() {
        var headers = Map.of("ce_type", "x", "ключ", "värde \0 \"quoted\"");

        done(
                outbox.inTransaction(session ->
                        outbox.add(session, List.of(new OutboxRecord(topic, "k", null, headers)))));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.read(topic)).hasSize(1));
        var read = kafka.read(topic).getFirst();
        assertThat(read.value()).isNull();
        assertThat(InboxRecord.of(read).headers()).isEqualTo(headers);
    }

    @Test
    void aTransactionThatFailsPublishesNothingAndTellsItsCaller() {
        var failing =
                outbox.inTransaction(session ->
                        outbox.add(session, List.of(made("never")))
                                .chain(() ->
                                        Uni.createFrom()
                                                .<Void>failure(new IllegalStateException("no"))));

        assertThatThrownBy(() -> done(failing)).hasMessageContaining("no");

        add(List.of("after"), "k");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.read(topic)).isNotEmpty());
        assertThat(kafka.valuesOf(topic, "k")).containsExactly("after");
    }

    @Test
    void anIdThatIsCommittedAfterAHigherOneIsNotPassedOver() throws Exception {
        try (var late = database.connect()) {
            late.setAutoCommit(false);
            TestDatabase.add(late, topic, "late", "low id");
            add(List.of("high id"), "early");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(kafka.valuesOf(topic, "early")).containsExactly("high id"));
            late.commit();
        }

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(kafka.valuesOf(topic, "late")).containsExactly("low id"));
    }

    @Test
    void rowsThatNobodyPokedForAreFoundByThePoll() throws Exception {
        database.add(topic, "silent", List.of("v"));

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(kafka.valuesOf(topic, "silent")).containsExactly("v"));
    }

    @Test
    void aRecordThatTheBrokerCouldNeverTakeIsRefusedBeforeItIsStored() {
        assertThatThrownBy(() ->
                        new OutboxRecord("t", "k", new byte[OutboxRecord.BYTES_MAX + 1], Map.of()))
                .hasMessageContaining("A record for t has 1000002 bytes; at most 1000000");
    }

    @Test
    void aRecordOfTheGreatestSizeIsPublished() {
        done(
                outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                List.of(
                                        new OutboxRecord(
                                                topic,
                                                "k",
                                                new byte[OutboxRecord.BYTES_MAX - 1],
                                                Map.of())))));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.read(topic)).hasSize(1));
    }

    private void add(List<String> values, String key) {
        done(
                outbox.inTransaction(session ->
                        outbox.add(
                                session,
                                values.stream()
                                        .map(value ->
                                                new OutboxRecord(
                                                        topic,
                                                        key,
                                                        TestKafka.bytes(value),
                                                        Map.of()))
                                        .toList())));
    }

    private OutboxRecord made(String value) {
        return new OutboxRecord(topic, "k", TestKafka.bytes(value), Map.of());
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }
}
