package io.tranship.status;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.TransferFact;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Ends what only time can end, and never because this service or Kafka was away.
///
/// A turn: beat, and so learn the broker's time; ask Kafka where the topics end now; wait until
/// that much was read; then judge that time.
@ApplicationScoped
class SweepLoop {

    private static final Duration DATABASE_WAIT = Duration.ofSeconds(20);
    private static final Duration CATCH_UP_PAUSE = Duration.ofMillis(50);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(15);
    private static final int GAP_BEATS = 3;

    private final StatusConfig config;
    private final OwnBeatPublisher ownBeats;
    private final LogEndStore ends;
    private final SweepStore store;
    private final BeatStore beats;
    private final Outbox outbox;
    private final StatusMetrics metrics;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Watch watch;
    private @Nullable Instant counted;
    private @Nullable Thread thread;

    SweepLoop(
            StatusConfig config,
            OwnBeatPublisher ownBeats,
            LogEndStore ends,
            SweepStore store,
            BeatStore beats,
            Outbox outbox,
            StatusMetrics metrics,
            InstantSource clock) {
        this.config = config;
        this.ownBeats = ownBeats;
        this.ends = ends;
        this.store = store;
        this.beats = beats;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
        deadlines =
                new Deadlines(
                        config.closing(),
                        config.clockError(),
                        config.sweep().forgottenAfter(),
                        config.runMax().plus(config.sweep().runMargin()));
        watch = Watch.begin(gapMax(config));
    }

    private static Duration gapMax(StatusConfig config) {
        var beat = config.beat();
        var every = config.sweep().every();
        return (beat.compareTo(every) > 0 ? beat : every).multipliedBy(GAP_BEATS);
    }

    /// One turn. Blocks.
    ///
    /// @param now judges expiry and orders not taken; silence is judged by the broker's time
    synchronized SweepOutcome tick(Instant now) throws InterruptedException {
        var outcome = turn(now);
        metrics.swept(outcome);
        if (counted == null || Duration.between(counted, now).abs().compareTo(COUNT_EVERY) >= 0) {
            counted = now;
            metrics.open(outbox.inTransaction(store::open).await().atMost(DATABASE_WAIT));
        }
        return outcome;
    }

    private SweepOutcome turn(Instant now) throws InterruptedException {
        LogEnds target;
        try {
            watch = watch.after(ownBeats.beat());
            target = ends.ends();
        } catch (ExecutionException | TimeoutException | RuntimeException trouble) {
            metrics.sweepTrouble("kafka", trouble);
            return SweepOutcome.KAFKA_AWAY;
        }
        if (!isCaughtUp(target)) {
            return SweepOutcome.BEHIND;
        }
        return outbox.inTransaction(session -> sweep(session, now)).await().atMost(DATABASE_WAIT);
    }

    private boolean isCaughtUp(LogEnds target) throws InterruptedException {
        var tries = 1 + config.sweep().catchUp().dividedBy(CATCH_UP_PAUSE);
        for (long i = 0; i < tries; i++) {
            var unread = target.unread(store.positions().await().atMost(DATABASE_WAIT));
            metrics.lag(unread);
            if (unread == 0) {
                return true;
            }
            if (stopping.await(CATCH_UP_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return false;
    }

    private Uni<SweepOutcome> sweep(Mutiny.StatelessSession session, Instant now) {
        return store.lock(session)
                .chain(mine ->
                        mine
                                ? swept(session, now).replaceWith(SweepOutcome.SWEPT)
                                : Uni.createFrom().item(SweepOutcome.STANDING_BY));
    }

    private Uni<Void> swept(Mutiny.StatelessSession session, Instant now) {
        var sweep = config.sweep();
        var before =
                new Deadlines.Before(
                        watch.silentBefore(config.orphanAfter()),
                        watch.silentBefore(sweep.deafAfter()));
        var since =
                new SweepStore.Since(
                        now,
                        before,
                        now.minus(deadlines.forgottenAfter()),
                        now.minus(deadlines.runMax()),
                        sweep.sayAgainAfter(),
                        sweep.transfersMax());
        return store.overdue(session, since)
                .map(open -> judged(open, now, before))
                .call(facts -> store.say(session, facts))
                .invoke(facts -> facts.forEach(metrics::ended))
                .chain(() -> beats.forget(session, sweep.beatsKept()));
    }

    private List<TransferFact> judged(
            List<OpenTransfer> open, Instant now, Deadlines.Before before) {
        return open.stream()
                .map(transfer -> deadlines.overdue(transfer, now, before))
                .filter(Objects::nonNull)
                .limit(config.sweep().transfersMax())
                .toList();
    }

    void onStart(@Observes StartupEvent starting) {
        if (config.sweep().enabled()) {
            thread = Thread.ofPlatform().name("sweep").daemon().start(this::run);
        }
    }

    private void run() {
        try {
            do {
                turnOver();
            } while (!stopping.await(config.sweep().every().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void turnOver() throws InterruptedException {
        try {
            tick(clock.instant());
        } catch (RuntimeException trouble) {
            metrics.sweepTrouble("database", trouble);
        }
    }

    void onStop(@Observes ShutdownEvent ending) throws InterruptedException {
        stopping.countDown();
        if (thread != null && !thread.join(Duration.ofSeconds(5))) {
            thread.interrupt();
        }
    }
}
