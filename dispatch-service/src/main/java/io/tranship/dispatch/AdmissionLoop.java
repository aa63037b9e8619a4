package io.tranship.dispatch;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Turns the ledger: whoever frees or adds something pokes it, and a slow poll finds what a crash
/// left or time brought.
@ApplicationScoped
class AdmissionLoop {

    private static final int IDLE = 0;
    private static final int TURNING = 1;
    private static final int POKED = 2;

    /// Ticks that follow one another sooner would each be of few transfers, and cost as much as one
    /// of many.
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Outbox outbox;
    private final CatalogStore catalogs;
    private final AdmissionLedger ledger;
    private final FactPublisher publisher;
    private final DispatchMetrics metrics;
    private final DispatchConfig config;
    private final InstantSource clock;
    private final Vertx vertx;
    private final TickSize size;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private volatile boolean open;
    private volatile long tickedAt = System.nanoTime() - QUIET_NANOS;
    private long timer;

    AdmissionLoop(
            Outbox outbox,
            CatalogStore catalogs,
            AdmissionLedger ledger,
            FactPublisher publisher,
            DispatchMetrics metrics,
            DispatchConfig config,
            InstantSource clock,
            Vertx vertx) {
        this.outbox = outbox;
        this.catalogs = catalogs;
        this.ledger = ledger;
        this.publisher = publisher;
        this.metrics = metrics;
        this.config = config;
        this.clock = clock;
        this.vertx = vertx;
        this.size = TickSize.of(config.tickMax());
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.poll().toMillis(), _ -> poke());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /// From now on pokes count: see [CatchUpLoop].
    void open() {
        open = true;
        poke();
    }

    /// A tick begins after this call, at once or when the one under way has ended.
    void poke() {
        if (open && state.getAndUpdate(was -> was == IDLE ? TURNING : POKED) == IDLE) {
            turn();
        }
    }

    private void turn() {
        tick(clock)
                .subscribe()
                .with(
                        verdicts -> turned(verdicts.readsMore()),
                        failure -> {
                            metrics.tickFailed();
                            Log.errorf(failure, "admission tick failed; the next poll tries again");
                            turned(false);
                        });
    }

    private void turned(boolean more) {
        if (more || !state.compareAndSet(TURNING, IDLE)) {
            state.set(TURNING);
            turn();
        }
    }

    /// A tick in the transaction of whoever brings work: what comes in, or what is given back, and
    /// what follows from it are one commit.
    Along along() {
        return new Along();
    }

    /// For one batch of a reader. When its transaction has failed once, it goes on without: a tick
    /// that fails must not keep the reader from reading.
    final class Along {
        private boolean tried;
        private @Nullable Verdicts verdicts;
        private boolean brought;
        private long began;

        /// Not while another turns the ledger or has just turned it: then [#committed] pokes.
        Uni<Void> tick(Mutiny.StatelessSession session) {
            if (tried || !open || isBusy()) {
                return leave();
            }
            verdicts = null;
            brought = true;
            tried = true;
            began = System.nanoTime();
            return ledger.tryLock(session)
                    .chain(held ->
                            held
                                    ? turn(session).invoke(made -> verdicts = made)
                                    : Uni.createFrom().nullItem())
                    .replaceWithVoid();
        }

        /// There is work, for a tick of its own.
        Uni<Void> leave() {
            verdicts = null;
            brought = true;
            return Uni.createFrom().voidItem();
        }

        void committed() {
            var made = verdicts;
            if (made != null) {
                ticked(made, began);
            }
            if (brought && (made == null || made.readsMore())) {
                poke();
            }
        }
    }

    /// A tick at a given time.
    Uni<Verdicts> tick(Instant now) {
        return tick(() -> now);
    }

    /// One transaction: reads who may be able to run, decides, writes slots, facts and orders. Safe
    /// with replicas: one at a time, by the ledger's lock. The clock is read under the lock, as the
    /// wait for it may be long, and what was open before it may have closed.
    Uni<Verdicts> tick(InstantSource time) {
        var began = System.nanoTime();
        return outbox.inTransaction(session ->
                        ledger.lock(session)
                                .chain(() -> catalogs.current(session))
                                .chain(catalog -> turn(session, catalog, time.instant())))
                .invoke(verdicts -> ticked(verdicts, began));
    }

    private void ticked(Verdicts verdicts, long began) {
        tickedAt = System.nanoTime();
        metrics.ticked(verdicts, tickedAt - began);
    }

    private boolean isBusy() {
        return state.get() != IDLE || System.nanoTime() - tickedAt < QUIET_NANOS;
    }

    private Uni<Verdicts> turn(Mutiny.StatelessSession session) {
        return catalogs.current(session).chain(catalog -> turn(session, catalog, clock.instant()));
    }

    private Uni<Verdicts> turn(Mutiny.StatelessSession session, Catalog catalog, Instant now) {
        return ledger.due(session, now).chain(due -> admit(session, catalog, due, now));
    }

    private Uni<Verdicts> admit(
            Mutiny.StatelessSession session, Catalog catalog, Due due, Instant now) {
        var roster = Roster.of(due.waiting(), catalog, now, config.unknownNames());
        var holdings =
                roster.candidates().isEmpty()
                        ? Uni.createFrom().item(Holdings.NONE)
                        : ledger.holdings(session, roster.candidates(), now);
        return holdings.chain(held -> {
            var decisions =
                    Admission.decide(
                            roster.candidates(),
                            held,
                            due.fleetRoom(),
                            now.minus(config.waitBound()));
            decisions.addAll(roster.others());
            var verdicts = Verdicts.of(decisions, due, now, config.startBy(), size);
            return verdicts.isEmpty()
                    ? Uni.createFrom().item(verdicts)
                    : ledger.write(session, verdicts, now)
                            .call(() -> outbox.add(session, publisher.records(verdicts)))
                            .map(verdicts::readingMore);
        });
    }
}
