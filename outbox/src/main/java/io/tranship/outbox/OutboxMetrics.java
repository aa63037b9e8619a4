package io.tranship.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// What an operator sees of the edge: meters, and a log line for trouble.
@ApplicationScoped
class OutboxMetrics {

    private static final Logger LOG = Logger.getLogger("io.tranship.outbox");

    private final MeterRegistry meters;
    private final AtomicLong backlog = new AtomicLong();
    private final AtomicLong oldestMs = new AtomicLong();
    private final AtomicLong leading = new AtomicLong();

    OutboxMetrics(MeterRegistry meters) {
        this.meters = meters;
        meters.gauge("tranship.outbox.backlog.rows", backlog);
        meters.gauge("tranship.outbox.oldest.age.ms", oldestMs);
        meters.gauge("tranship.relay.leading", leading);
    }

    void backlog(long rows, long oldestAgeMs) {
        backlog.set(rows);
        oldestMs.set(oldestAgeMs);
    }

    void leading(boolean now) {
        if (leading.getAndSet(now ? 1 : 0) != (now ? 1 : 0)) {
            LOG.infof("event=relay_%s", now ? "leads" : "stands_by");
        }
    }

    void sent(int rows) {
        meters.counter("tranship.relay.sent").increment(rows);
    }

    void relayTrouble(String what, Throwable trouble) {
        meters.counter("tranship.relay.errors", "what", what).increment();
        LOG.warnf("event=relay_trouble what=%s %s", what, Trouble.of(trouble).describe());
    }

    void dropped(String reader, int records) {
        if (records > 0) {
            meters.counter("tranship.inbox.dropped", "reader", reader).increment(records);
        }
    }

    void deadLetter(String topic) {
        meters.counter("tranship.inbox.dead.letters", "topic", topic).increment();
    }

    /// An outage passes by itself; anything else stays until somebody acts, and holds up the
    /// partitions of the batch meanwhile: that one is the alarm.
    void inboxTrouble(String reader, Throwable failure) {
        var trouble = Trouble.of(failure);
        var outage = trouble.passes();
        var kind = outage ? "outage" : "error";
        meters.counter("tranship.inbox.retries", "reader", reader, "kind", kind).increment();
        LOG.logf(
                outage ? Logger.Level.WARN : Logger.Level.ERROR,
                "event=inbox_retry kind=%s reader=%s %s",
                kind,
                reader,
                trouble.describe());
    }
}
