package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.ScheduleStore.Asked;
import io.tranship.schemas.Actor;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import org.hibernate.reactive.mutiny.Mutiny;

/// Asks for the transfers that are due. Any number of replicas may turn at the same time: whoever
/// locks a destination's row first asks, and the others see that it is asked.
@ApplicationScoped
class DueLoop {

    /// Of one tick; the rest is due at the next one.
    static final int ASKED_MAX = 500;

    private final Outbox outbox;
    private final CatalogStore catalogs;
    private final ScheduleStore store;
    private final AnswerStore answers;
    private final RecordPublisher records;
    private final RandomGenerator random;
    private final Duration answersKept;
    private final Counter asked;
    private final Counter boundHit;

    DueLoop(
            Outbox outbox,
            CatalogStore catalogs,
            ScheduleStore store,
            AnswerStore answers,
            RecordPublisher records,
            RandomGenerator random,
            SchedulerConfig config,
            MeterRegistry metrics) {
        this.outbox = outbox;
        this.catalogs = catalogs;
        this.store = store;
        this.answers = answers;
        this.records = records;
        this.random = random;
        this.answersKept = config.answersKept();
        this.asked = metrics.counter("tranship.schedule.asked");
        this.boundHit = metrics.counter("tranship.schedule.bound.hit");
    }

    /// @return how many transfers this turn asked for
    Uni<Integer> tick(Instant clock) {
        // What the database keeps, so that a time read back equals the one that was written.
        var now = clock.truncatedTo(ChronoUnit.MICROS);
        return outbox.inTransaction(session ->
                        answers.forget(session, now.minus(answersKept))
                                .chain(() -> store.candidates(session)))
                .map(seen -> DueTransfers.at(now, seen.defaultMinutes(), seen.schedule()))
                .chain(due -> due.isEmpty() ? Uni.createFrom().item(0) : ask(now, bounded(due)))
                .invoke(number -> asked.increment(number));
    }

    private List<Due> bounded(List<Due> due) {
        if (due.size() <= ASKED_MAX) {
            return due;
        }
        boundHit.increment();
        return due.subList(0, ASKED_MAX);
    }

    private Uni<Integer> ask(Instant now, List<Due> due) {
        var destinations = due.stream().map(Due::destination).toList();
        return outbox.inTransaction(session ->
                store.lock(session, destinations)
                        .map(locked ->
                                DueTransfers.at(now, locked.defaultMinutes(), locked.schedule())
                                        .stream()
                                        .map(one -> new Asked(one, draw(now)))
                                        .toList())
                        .call(mine -> ask(session, mine, now))
                        .map(List::size));
    }

    private Uni<Void> ask(Mutiny.StatelessSession session, List<Asked> mine, Instant now) {
        if (mine.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return catalogs.read(session)
                .map(catalog ->
                        mine.stream()
                                .map(one -> request(one, catalog.revision()))
                                .map(request -> records.requested(request, now))
                                .toList())
                .chain(records ->
                        store.ask(session, mine, now).chain(() -> outbox.add(session, records)));
    }

    private static TransferRequest request(Asked asked, long revision) {
        return TransferAsk.PLAIN.request(
                asked.transferId(), asked.due().destination(), List.of(), Actor.SCHEDULE, revision);
    }

    private TransferId draw(Instant now) {
        return new TransferId(UuidV7.draw(now, random));
    }
}
