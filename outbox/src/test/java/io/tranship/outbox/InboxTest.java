package io.tranship.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The guard, given batches by hand as any member might hold them.
@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
class InboxTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String READER = "members";

    @Inject Inbox inbox;
    @Inject Outbox outbox;
    @Inject Tally tally;
    @Inject MeterRegistry meters;

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
        topic = prefix + "in-" + UUID.randomUUID();
        kafka.create(topic, 2);
    }

    @Test
    void aBatchDeliveredTwiceIsAppliedOnce() {
        consume(batch(0, 0, 5));
        consume(batch(0, 0, 5));

        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 5));
    }

    @Test
    void aBatchThatReachesBackIsAppliedFromWhereTheReaderStands() {
        consume(batch(0, 0, 5));
        consume(batch(0, 3, 9));

        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 9));
        assertThat(positions()).containsEntry(new TopicPartition(topic, 0), 9L);
    }

    @Test
    void offsetsThatCompactionOrRetentionTookAreNoGap() {
        consume(batch(1, 100, 103));
        consume(batch(1, 200, 202));

        assertThat(applied(1)).containsExactly(100L, 101L, 102L, 200L, 201L);
    }

    /// Between what was restored and what is read next lies what nobody would ever apply.
    @Test
    void nothingIsAppliedOnADatabaseThatWentBackUnderTheProcess() throws Exception {
        consume(batch(0, 0, 5));
        database.execute("update inbox set next = 2 where topic = ?", topic);
        var waiting =
                inbox.consume(READER, batch(0, 5, 8), tally.as(READER))
                        .subscribeAsCompletionStage();

        var errors = meters.counter("tranship.inbox.retries", "reader", READER, "kind", "error");
        var before = errors.count();
        await().atMost(PATIENCE).until(() -> errors.count() > before);
        assertThat(waiting).isNotDone();
        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 5));

        database.execute("update inbox set next = 5 where topic = ?", topic);
        assertThat(waiting).succeedsWithin(PATIENCE);
        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 8));
    }

    @Test
    void anEmptyBatchIsApplied() {
        consume(ConsumerRecords.empty());

        assertThat(positions()).doesNotContainKey(new TopicPartition(topic, 0));
    }

    @Test
    void readersOfOneTopicDoNotShareTheirPosition() {
        consume(batch(0, 0, 3));
        done(inbox.consume("another", batch(0, 0, 3), tally.as("another")));

        assertThat(applied(0)).hasSize(6);
    }

    @Test
    void membersThatFightForOnePartitionApplyEachRecordOnceAndInOrder() throws Exception {
        var members =
                IntStream.range(0, 6)
                        .mapToObj(_ ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            for (var n = 0; n < 200; n += 10) {
                                                consume(batch(0, n, n + 10));
                                            }
                                        }))
                        .toList();

        for (var member : members) {
            assertThat(member.join(PATIENCE)).isTrue();
        }

        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 200));
    }

    @Test
    void aStalledMemberThatLostItsPartitionNeitherDoublesNorLosesARecord() {
        var stalled = new CompletableFuture<Void>();
        var tries = new AtomicInteger();
        BatchEffect stalling =
                (session, fresh) ->
                        tries.incrementAndGet() == 1
                                ? Uni.createFrom().completionStage(stalled)
                                : tally.as(READER).apply(session, fresh);
        var first = inbox.consume(READER, batch(0, 0, 10), stalling).subscribeAsCompletionStage();
        await().atMost(PATIENCE).until(() -> tries.get() == 1);
        var owner =
                CompletableFuture.runAsync(() -> {
                    consume(batch(0, 0, 5));
                    consume(batch(0, 5, 20));
                });

        stalled.completeExceptionally(new IllegalStateException("the member woke up too late"));
        owner.orTimeout(30, SECONDS).join();
        first.orTimeout(30, SECONDS).join();

        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 20));
    }

    @Test
    void aTopicMadeAnewIsTakenUpFromItsStart() throws Exception {
        consume(batch(0, 0, 7));
        consume(batch(1, 0, 7));

        remake();
        consume(batch(0, 0, 3));

        assertThat(applied(0)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 0L, 1L, 2L);
        assertThat(positions())
                .containsEntry(new TopicPartition(topic, 0), 3L)
                .doesNotContainKey(new TopicPartition(topic, 1));
    }

    @Test
    void whereNothingWasReadOfTheOldTopicTheNewOneCountsAsItself() throws Exception {
        consume(batch(0, 0, 7));

        remake();
        consume(batch(1, 0, 3));

        assertThat(
                        database.query(
                                "select distinct topic_id from inbox where topic = ? and partition = 1",
                                topic))
                .containsExactly(topicId());
    }

    @Test
    void anEffectThatFailsIsRolledBackWithItsRecordsAndTriedAgain() {
        var tries = new AtomicInteger();
        var before = retries("error");
        BatchEffect failsAtFirst =
                (session, fresh) ->
                        tally.as(READER)
                                .apply(session, fresh)
                                .chain(() ->
                                        tries.incrementAndGet() <= 2
                                                ? session.createNativeQuery("select 1 / 0")
                                                        .getResultList()
                                                : Uni.createFrom().nullItem())
                                .replaceWithVoid();

        done(inbox.consume(READER, batch(0, 0, 4), failsAtFirst));

        assertThat(tries).hasValue(3);
        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 4));
        assertThat(retries("error") - before).isEqualTo(2.0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sentOn()).hasSize(4).doesNotHaveDuplicates());
    }

    @Test
    void anOutageOfTheDatabaseIsWaitedFor() throws Exception {
        var before = retries("outage") + retries("error");
        var inTheMiddle = new CompletableFuture<Void>();
        BatchEffect slow =
                (session, fresh) -> {
                    inTheMiddle.complete(null);
                    return Tally.note(session, READER, fresh)
                            .chain(() ->
                                    session.createNativeQuery("select cast(pg_sleep(0.5) as text)")
                                            .getResultList())
                            .replaceWithVoid();
                };
        var waiting = inbox.consume(READER, batch(0, 0, 4), slow).subscribeAsCompletionStage();
        inTheMiddle.orTimeout(20, SECONDS).join();

        try (var _ = Outage.of(database)) {
            await().atMost(PATIENCE)
                    .until(() -> retries("outage") + retries("error") - before >= 3);
            assertThat(waiting).isNotDone();
        }
        waiting.orTimeout(30, SECONDS).join();

        assertThat(applied(0)).containsExactlyElementsOf(offsets(0, 4));
    }

    @Test
    void garbageIsADeadLetterOfTheSameTransactionWithItsReasonAndPlace() {
        var requests = prefix + "requests";
        kafka.send(requests, "k", List.of("good " + topic, "! bad " + topic));

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(kafka.valuesOf(prefix + "dlq.requests", "k"))
                                .contains("! bad " + topic));
        var letter = kafka.read(prefix + "dlq.requests").getLast();
        assertThat(TestKafka.text(letter.headers().lastHeader(DeadLetters.REASON).value()))
                .isEqualTo("starts with an exclamation mark");
        assertThat(TestKafka.text(letter.headers().lastHeader(DeadLetters.TOPIC).value()))
                .isEqualTo(requests);
        assertThat(database.query("select value from tally where value like '%" + topic + "'"))
                .containsExactly("good " + topic);
    }

    @Test
    void garbageThatTextCannotHoldIsADeadLetterToo() {
        var nul = "k\0" + topic;
        var bad =
                new InboxRecord(
                        prefix + "requests",
                        0,
                        1,
                        java.time.Instant.EPOCH,
                        nul,
                        new byte[OutboxRecord.BYTES_MAX + 1],
                        Map.of("h\0", "\0", "big", "x".repeat(20_000)));

        done(
                outbox.inTransaction(
                        session -> outbox.add(session, List.of(inbox.deadLetter(bad, "why")))));

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(kafka.valuesOf(prefix + "dlq.requests", nul)).hasSize(1));
    }

    private void remake() throws Exception {
        kafka.delete(topic);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> kafka.create(topic, 2));
    }

    private String topicId() throws Exception {
        try (var admin = kafka.admin()) {
            var id =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
            return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
        }
    }

    private void consume(ConsumerRecords<byte[], byte[]> records) {
        done(inbox.consume(READER, records, tally.as(READER)));
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    /// Records `from` (inclusive) to `to` (exclusive) of a partition, the value being the offset.
    private ConsumerRecords<byte[], byte[]> batch(int partition, long from, long to) {
        var at = new TopicPartition(topic, partition);
        var records =
                LongStream.range(from, to)
                        .mapToObj(offset ->
                                new ConsumerRecord<>(
                                        topic,
                                        partition,
                                        offset,
                                        TestKafka.bytes(topic),
                                        TestKafka.bytes(partition + "@" + offset)))
                        .toList();
        return new ConsumerRecords<>(Map.of(at, records), Map.of());
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private List<Long> applied(int partition) {
        return database
                .query(
                        "select read_offset from tally where topic = ? and partition = ? order by n",
                        topic,
                        partition)
                .stream()
                .map(Long::valueOf)
                .toList();
    }

    private List<String> sentOn() {
        return kafka.valuesOf(prefix + "transfers", topic);
    }

    private Map<TopicPartition, Long> positions() {
        return done(outbox.inTransaction(session -> inbox.positions(session, READER)));
    }

    private double retries(String kind) {
        return meters.find("tranship.inbox.retries").tag("kind", kind).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
