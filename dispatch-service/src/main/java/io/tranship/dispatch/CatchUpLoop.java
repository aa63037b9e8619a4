package io.tranship.dispatch;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.Outbox;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Lets admission begin once the log was read to the end that it had at the start.
///
/// A database restored to an hour ago does not know who was dispatched since, and a dispatch before
/// it has learned that would pass a limit. Waits for a broker that is away, and never longer: where
/// there is nothing to read there is nothing to wait for.
@ApplicationScoped
class CatchUpLoop {

    private static final long EVERY_MS = 100;

    private final LogEndStore log;
    private final Inbox inbox;
    private final Outbox outbox;
    private final AdmissionLoop admission;
    private final Vertx vertx;
    private final AtomicBoolean turning = new AtomicBoolean();
    private volatile @Nullable Map<TopicPartition, Long> ends;
    private volatile boolean told;
    private long timer;

    CatchUpLoop(LogEndStore log, Inbox inbox, Outbox outbox, AdmissionLoop admission, Vertx vertx) {
        this.log = log;
        this.inbox = inbox;
        this.outbox = outbox;
        this.admission = admission;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(EVERY_MS, _ -> turn());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void turn() {
        if (turning.compareAndSet(false, true)) {
            tick().onTermination()
                    .invoke(() -> turning.set(false))
                    .subscribe()
                    .with(this::found, this::failed);
        }
    }

    /// @return whether the log was read to the end that it had at the first call
    Uni<Boolean> tick() {
        var known = ends;
        return known == null
                ? log.ends().invoke(found -> ends = found).replaceWith(false)
                : outbox.read(session -> inbox.positions(session, TransfersConsumer.READER))
                        .map(positions -> isReached(known, positions));
    }

    static boolean isReached(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions) {
        return ends.entrySet().stream()
                .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private void found(boolean reached) {
        if (reached) {
            vertx.cancelTimer(timer);
            admission.open();
        }
    }

    private void failed(Throwable failure) {
        if (!told) {
            told = true;
            Log.warnf(failure, "nothing is dispatched before the log was read; it is tried again");
        }
    }
}
