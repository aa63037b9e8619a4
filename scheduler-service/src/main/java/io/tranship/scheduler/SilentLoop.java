package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.FollowedStore.Ended;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Gives up transfers of which no fact comes any more, so that a destination is not left alone for
/// ever because a broker lost a request or an end.
///
/// Only after all was read that stood in the log when it was judged: what this service has not read
/// is not silent. Whoever is given up counts as failed. Should it run all the same, the ledger
/// keeps it and its successor apart.
@ApplicationScoped
class SilentLoop {

    private static final int GIVEN_UP_MAX = 500;
    private static final Duration DATABASE_WAIT = Duration.ofSeconds(20);

    private final Outbox outbox;
    private final FollowedStore store;
    private final LogEndStore ends;
    private final Duration waitsAtMost;
    private final Duration runsAtMost;
    private final Counter givenUp;
    private @Nullable Target target;

    /// Up to where the log is to be read before `now` may be judged.
    private record Target(LogEnds ends, Instant now) {}

    SilentLoop(
            Outbox outbox,
            FollowedStore store,
            LogEndStore ends,
            SchedulerConfig config,
            MeterRegistry metrics) {
        this.outbox = outbox;
        this.store = store;
        this.ends = ends;
        this.waitsAtMost = config.expiry().plus(config.silence());
        this.runsAtMost = config.runMax().plus(config.silence());
        this.givenUp = metrics.counter("tranship.schedule.given.up");
    }

    /// Blocks.
    ///
    /// @return how many were given up
    synchronized int tick(Instant now)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (target == null) {
            if (await(silent(now)).isEmpty()) {
                return 0;
            }
            target = new Target(ends.ends(), now);
        }
        var judged = target;
        if (!judged.ends().isReached(await(outbox.read(ends::positions)))) {
            return 0;
        }
        target = null;
        var number = await(outbox.inTransaction(session -> giveUp(session, judged.now())));
        givenUp.increment(number);
        return number;
    }

    private Uni<List<TransferId>> silent(Instant now) {
        return outbox.read(session -> silent(session, now));
    }

    private Uni<List<TransferId>> silent(Mutiny.StatelessSession session, Instant now) {
        return store.silent(session, now.minus(waitsAtMost), now.minus(runsAtMost), GIVEN_UP_MAX);
    }

    private Uni<Integer> giveUp(Mutiny.StatelessSession session, Instant now) {
        var at = now.truncatedTo(ChronoUnit.MICROS);
        return silent(session, now)
                .chain(ids -> store.open(session, ids))
                .chain(open -> {
                    var ended =
                            open.entrySet().stream()
                                    .map(one ->
                                            new Ended(one.getKey(), one.getValue().outcome(), at))
                                    .toList();
                    return store.end(session, ended).replaceWith(ended.size());
                });
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(DATABASE_WAIT);
    }
}
