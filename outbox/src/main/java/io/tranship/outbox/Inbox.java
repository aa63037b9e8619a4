package io.tranship.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.hibernate.reactive.mutiny.Mutiny;

/// Applies records to the database exactly once, however often Kafka delivers them.
///
/// How far a reader has come is a row per topic id and partition, moved in the transaction of the
/// effect. Kafka's own committed offset only says where to start reading.
@ApplicationScoped
public class Inbox {

    private static final Duration BACK_OFF_MIN = Duration.ofMillis(100);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(5);

    private final Mutiny.SessionFactory sessions;
    private final InboxStore store;
    private final TopicIds topicIds;
    private final DeadLetters deadLetters;
    private final Relay relay;
    private final OutboxMetrics metrics;
    private final Vertx vertx;
    private final Applied applied = new Applied();
    private volatile boolean stopping;

    Inbox(
            Mutiny.SessionFactory sessions,
            InboxStore store,
            TopicIds topicIds,
            DeadLetters deadLetters,
            Relay relay,
            OutboxMetrics metrics,
            Vertx vertx) {
        this.sessions = sessions;
        this.store = store;
        this.topicIds = topicIds;
        this.deadLetters = deadLetters;
        this.relay = relay;
        this.metrics = metrics;
        this.vertx = vertx;
    }

    void onStop(@Observes ShutdownEvent ending) {
        stopping = true;
    }

    /// Applies in one database transaction what `reader` has not applied yet, and pokes the relay.
    ///
    /// Completes once every record here has been applied, by this call or another. Trouble of any
    /// kind, also a failure of the effect, is counted, logged and retried in place without end, so
    /// that no record is passed over. A batch may be applied by a member that lost its partition
    /// meanwhile: the rows are locked, so members take turns and each record counts once.
    ///
    /// @param reader names this consumer within the database; give it the name of its consumer
    ///   group, with or without the topic prefix
    public Uni<Void> consume(
            String reader, ConsumerRecords<byte[], byte[]> records, BatchEffect effect) {
        var batch = InboxBatch.of(records);
        if (batch.parts().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var loop = EventLoop.current(vertx);
        return Uni.createFrom()
                .deferred(() -> attempt(loop, new Reading(reader, batch, effect)))
                .onFailure()
                .invoke(trouble -> metrics.inboxTrouble(reader, trouble))
                .onFailure(_ -> stopping)
                .recoverWithUni(Uni.createFrom().nothing())
                .onFailure()
                .retry()
                .withBackOff(BACK_OFF_MIN, BACK_OFF_MAX)
                .withJitter(0.2)
                .indefinitely()
                .invoke(relay::poke);
    }

    /// A record for the dead-letter topic of the origin's topic: its key and its value as they
    /// were, reason and origin in headers. Add it with [Outbox#add] in the transaction of the
    /// batch.
    ///
    /// @param reason for people; must not quote the bytes
    public OutboxRecord deadLetter(InboxRecord undecodable, String reason) {
        metrics.deadLetter(undecodable.topic());
        return deadLetters.of(undecodable, reason);
    }

    /// The next offset to apply of each partition that `reader` ever saw, as of the session's
    /// transaction. Of a topic that was made anew only what was applied of the new one.
    public Uni<Map<TopicPartition, Long>> positions(
            Mutiny.StatelessSession session, String reader) {
        return store.positions(session, reader)
                .map(positions ->
                        positions.stream()
                                .filter(this::ofTodaysTopic)
                                .collect(
                                        Collectors.toMap(
                                                InboxStore.Position::partition,
                                                InboxStore.Position::next)));
    }

    private boolean ofTodaysTopic(InboxStore.Position position) {
        var topic = position.partition().topic();
        var known = topicIds.known(Set.of(topic)).get(topic);
        return known == null || known.equals(position.topicId());
    }

    private record Reading(String reader, InboxBatch batch, BatchEffect effect) {}

    /// A batch that does not go on exactly where the reader stands may be of a topic made anew
    /// under its old name, so nothing is done with it before the broker was asked which topic this
    /// is.
    private Uni<Void> attempt(EventLoop loop, Reading reading) {
        var topics = reading.batch().topics();
        return topicIds.of(topics)
                .chain(ids -> loop.run(() -> transaction(reading, ids, false)))
                .onFailure(Doubtful.class)
                .recoverWithUni(() ->
                        topicIds.ask(topics)
                                .chain(ids -> loop.run(() -> transaction(reading, ids, true))));
    }

    private Uni<Void> transaction(Reading reading, Map<String, UUID> ids, boolean sureOfIds) {
        var batch = reading.batch();
        return sessions.withStatelessTransaction((session, _) ->
                        store.lock(session, reading.reader(), batch.parts().keySet(), ids)
                                .invoke(positions ->
                                        applied.check(reading.reader(), positions, ids))
                                .chain(positions ->
                                        sureOfIds || batch.goesOnFrom(positions)
                                                ? apply(
                                                        session,
                                                        reading,
                                                        batch.from(positions),
                                                        ids)
                                                : Uni.createFrom().failure(new Doubtful())))
                .invoke(() -> applied.committed(reading.reader(), batch.ends(), ids));
    }

    private Uni<Void> apply(
            Mutiny.StatelessSession session,
            Reading reading,
            InboxBatch fresh,
            Map<String, UUID> ids) {
        metrics.dropped(reading.reader(), reading.batch().size() - fresh.size());
        if (fresh.parts().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.advance(session, reading.reader(), fresh.ends(), ids)
                .chain(() -> reading.effect().apply(session, fresh.records()));
    }

    /// Rolls back: the batch is looked at again with fresh topic ids.
    private static final class Doubtful extends RuntimeException {
        Doubtful() {
            super("not what was expected next", null, false, false);
        }
    }
}
