package io.tranship.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;

/// One turn of the relay: publish the first unsent rows, delete what was acknowledged.
///
/// Remembers no position: a row is there until the broker has it.
final class RelayLoop implements AutoCloseable {

    private static final Duration BACKLOG_EVERY = Duration.ofSeconds(5);

    /// What the thread should do before the next turn.
    enum Next {
        /// rows were sent and more may wait: go on at once
        GO_ON,
        /// all is sent: wait for a poke or the poll
        REST,
        /// another process relays: wait, then ask again
        STAND_BY,
        /// something failed: wait a moment, then start from the first unsent row
        RECOVER
    }

    private final RelayStore store;
    private final RelayPublisher publisher;
    private final OutboxMetrics metrics;
    private final int batchRowsMax;
    private Instant backlogDue = Instant.MIN;

    RelayLoop(RelayStore store, RelayPublisher publisher, OutboxMetrics metrics, int batchRowsMax) {
        this.store = store;
        this.publisher = publisher;
        this.metrics = metrics;
        this.batchRowsMax = batchRowsMax;
    }

    Next tick(Instant now) {
        try {
            var leads = store.leads();
            metrics.leading(leads);
            measure(now);
            return leads ? relay() : Next.STAND_BY;
        } catch (SQLException | RuntimeException trouble) {
            metrics.relayTrouble("database", trouble);
            metrics.leading(false);
            store.close();
            return Next.RECOVER;
        }
    }

    private Next relay() throws SQLException {
        var rows = store.unsent(batchRowsMax);
        if (rows.isEmpty()) {
            return Next.REST;
        }
        RelayPublisher.Sent sent;
        try {
            sent = publisher.publish(rows);
        } catch (KafkaException trouble) {
            metrics.relayTrouble("producer", trouble);
            return Next.RECOVER;
        }
        store.delete(sent.acknowledged());
        metrics.sent(sent.acknowledged().size());
        if (sent.failure() != null) {
            metrics.relayTrouble("send", sent.failure());
            return Next.RECOVER;
        }
        return Next.GO_ON;
    }

    private void measure(Instant now) throws SQLException {
        if (now.isBefore(backlogDue)) {
            return;
        }
        backlogDue = now.plus(BACKLOG_EVERY);
        var backlog = store.backlog();
        metrics.backlog(backlog.rows(), backlog.oldestAgeMs());
    }

    @Override
    public void close() {
        publisher.close();
        store.close();
    }
}
