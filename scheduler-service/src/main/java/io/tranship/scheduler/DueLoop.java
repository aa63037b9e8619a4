package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.DueTransfers.Rules;
import io.tranship.scheduler.DueTransfers.Why;
import io.tranship.scheduler.ScheduleStore.Asked;
import io.tranship.scheduler.ScheduleStore.Candidates;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
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
    private final SchedulerConfig config;
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
        this.config = config;
        this.asked = metrics.counter("tranship.schedule.asked");
        this.boundHit = metrics.counter("tranship.schedule.bound.hit");
    }

    /// @return how many transfers this turn asked for
    Uni<Integer> tick(Instant clock) {
        // What the database keeps, so that a time read back equals the one that was written.
        var now = clock.truncatedTo(ChronoUnit.MICROS);
        return outbox.inTransaction(session ->
                        answers.forget(session, now.minus(config.answersKept()))
                                .chain(() -> store.candidates(session)))
                .map(seen -> DueTransfers.at(now, rules(seen), seen.schedule()))
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
                                DueTransfers.at(now, rules(locked), locked.schedule()).stream()
                                        .map(one -> new Asked(one, draw(now)))
                                        .toList())
                        .chain(mine -> ask(session, mine, now)));
    }

    /// What holds for all destinations now.
    Rules rules(Candidates seen) {
        var retry = config.retry();
        return new Rules(
                seen.defaultMinutes(),
                seen.paused(),
                config.jitter(),
                new Backoff(retry.first(), retry.max()),
                new Backoff(retry.first(), retry.refreshMax()));
    }

    /// @return how many it asked for
    private Uni<Integer> ask(Mutiny.StatelessSession session, List<Asked> mine, Instant now) {
        if (mine.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        return catalogs.read(session)
                .chain(catalog -> {
                    var wishes = mine.stream().map(one -> Wish.of(one, catalog)).toList();
                    var useful = wishes.stream().filter(Wish::isUseful).toList();
                    var requests =
                            useful.stream()
                                    .map(wish -> wish.request(catalog.revision()))
                                    .map(request -> records.requested(request, now))
                                    .toList();
                    return dropOwed(session, wishes)
                            .chain(() ->
                                    store.ask(
                                            session,
                                            useful.stream().map(Wish::asked).toList(),
                                            now))
                            .chain(() -> outbox.add(session, requests))
                            .replaceWith(useful.size());
                });
    }

    private Uni<Void> dropOwed(Mutiny.StatelessSession session, List<Wish> wishes) {
        var done = Uni.createFrom().voidItem();
        for (var wish : wishes) {
            if (!wish.gone().isEmpty()) {
                var destination = wish.asked().due().destination();
                done = done.chain(() -> store.dropOwed(session, destination, wish.gone()));
            }
        }
        return done;
    }

    /// What is asked for, in the catalog as it is now.
    ///
    /// @param models of an owed refresh, those that the destination still takes
    /// @param gone those that it does not
    private record Wish(Asked asked, List<String> models, List<String> gone) {

        static Wish of(Asked asked, Catalog catalog) {
            var wanted = asked.due().refresh();
            if (wanted.isEmpty()
                    || !(catalog.withId(asked.due().destination())
                            instanceof Destination destination)) {
                return new Wish(asked, List.of(), List.of());
            }
            var taken =
                    catalog.modelsOf(destination).stream()
                            .map(Model::name)
                            .collect(Collectors.toSet());
            return new Wish(
                    asked,
                    wanted.stream().filter(taken::contains).toList(),
                    wanted.stream().filter(name -> !taken.contains(name)).toList());
        }

        boolean isUseful() {
            return !models.isEmpty() || asked.due().why() != Why.OWED;
        }

        TransferRequest request(long revision) {
            var due = asked.due();
            var ask =
                    due.why() == Why.OWED ? TransferAsk.refresh(due.consent()) : TransferAsk.PLAIN;
            return ask.request(
                    asked.transferId(), due.destination(), models, Actor.SCHEDULE, revision);
        }
    }

    private TransferId draw(Instant now) {
        return new TransferId(UuidV7.draw(now, random));
    }
}
