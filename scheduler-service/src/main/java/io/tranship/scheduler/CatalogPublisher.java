package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.scheduler.AnswerStore.Answer;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Saves the catalog and publishes what changed, in one transaction.
///
/// Databases are asked before that transaction, so that a slow one holds no lock. Under the lock
/// the plan is made again; when another save came in between and changed what the databases were
/// asked about, all of it starts anew.
@ApplicationScoped
class CatalogPublisher {

    private static final int ATTEMPTS_MAX = 5;
    private static final int REFERRERS_SHOWN = 5;
    private static final int TRANSFERS_SHOWN = 5;

    private final Outbox outbox;
    private final CatalogStore store;
    private final FollowedStore followed;
    private final AnswerStore answers;
    private final SecretStore secrets;
    private final EndpointProbe probe;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RecordPublisher records;

    CatalogPublisher(
            Outbox outbox,
            CatalogStore store,
            FollowedStore followed,
            AnswerStore answers,
            SecretStore secrets,
            EndpointProbe probe,
            InstantSource clock,
            RandomGenerator random,
            RecordPublisher records) {
        this.outbox = outbox;
        this.store = store;
        this.followed = followed;
        this.answers = answers;
        this.secrets = secrets;
        this.probe = probe;
        this.clock = clock;
        this.random = random;
        this.records = records;
    }

    /// A save as somebody wants it.
    ///
    /// @param what it changes, for messages
    /// @param drafts what it means in a catalog; called again when the catalog has changed
    /// @param answer what the sender gets
    /// @param asked null without an idempotency key
    record Wish(
            String what,
            BiFunction<Catalog, Faults, List<Draft>> drafts,
            BiFunction<CatalogPlan, List<Fault>, Answer> answer,
            AnswerStore.@Nullable Asked asked) {}

    /// Reads something of the catalog as it is now.
    <T> Uni<T> read(Function<Catalog, T> view) {
        return outbox.read(session -> store.read(session).map(view));
    }

    Uni<Answer> save(Wish wish) {
        return outbox.read(session -> answers.find(session, wish.asked()))
                .chain(known ->
                        known.map(answer -> Uni.createFrom().item(answer))
                                .orElseGet(() -> attempt(wish, 1)));
    }

    /// What `wish` would change, with all that a save checks.
    Uni<Answer> dryRun(Wish wish) {
        return read(catalog -> plan(wish, catalog))
                .chain(plan ->
                        ask(wish, plan).map(warnings -> wish.answer().apply(plan, warnings)));
    }

    private Uni<Answer> attempt(Wish wish, int n) {
        return read(catalog -> plan(wish, catalog))
                .chain(plan ->
                        ask(wish, plan)
                                .chain(warnings -> write(wish, plan, warnings))
                                .onFailure(Overtaken.class)
                                .recoverWithUni(() -> again(wish, n)));
    }

    private Uni<Answer> again(Wish wish, int n) {
        return n < ATTEMPTS_MAX
                ? attempt(wish, n + 1)
                : Uni.createFrom()
                        .failure(
                                new ProblemException(
                                        Problem.conflict(
                                                "other saves of the catalog came in between %d times; send it again"
                                                        .formatted(n),
                                                List.of())));
    }

    private CatalogPlan plan(Wish wish, Catalog catalog) {
        var faults = new Faults();
        var drafts = wish.drafts().apply(catalog, faults);
        faults.raise(wish.what());
        var plan =
                CatalogPlan.of(
                        catalog,
                        drafts,
                        new CatalogPlan.Means(
                                clock.millis(),
                                () -> UuidV7.draw(clock.instant(), random).toString(),
                                secrets::areSame),
                        faults);
        faults.raise(wish.what());
        return plan;
    }

    private Uni<List<Fault>> ask(Wish wish, CatalogPlan plan) {
        var checks = LiveChecks.of(plan);
        return probe.ask(checks.checks())
                .map(found -> {
                    var findings = Findings.of(checks, found);
                    if (!findings.errors().isEmpty()) {
                        throw new ProblemException(Problem.invalid(wish.what(), findings.errors()));
                    }
                    return findings.warnings();
                });
    }

    private Uni<Answer> write(Wish wish, CatalogPlan checked, List<Fault> warnings) {
        var now = clock.instant();
        return outbox.inTransaction(session ->
                answers.once(
                        session,
                        wish.asked(),
                        now,
                        () ->
                                store.lock(session)
                                        .map(catalog -> planAgain(wish, catalog, checked))
                                        .call(plan -> write(session, plan, now))
                                        .map(plan -> wish.answer().apply(plan, warnings))));
    }

    private CatalogPlan planAgain(Wish wish, Catalog catalog, CatalogPlan checked) {
        if (catalog.revision() == checked.before().revision()) {
            return checked;
        }
        var plan = plan(wish, catalog);
        if (!LiveChecks.of(plan).about().equals(LiveChecks.of(checked).about())) {
            throw new Overtaken();
        }
        return plan;
    }

    private Uni<Void> write(Mutiny.StatelessSession session, CatalogPlan plan, Instant now) {
        if (!plan.changesAnything()) {
            return Uni.createFrom().voidItem();
        }
        var changed =
                plan.changes().stream()
                        .filter(Change::isChange)
                        .map(change -> records.saved(change.record(), now))
                        .toList();
        return store.save(session, plan, now).chain(() -> outbox.add(session, changed));
    }

    /// The organization's record goes first, with the revision of the deletion: the greatest
    /// revision in a reader's copy never falls, and a request made after the deletion is not
    /// answered from a copy before it.
    ///
    /// Rows that were delivered stay where they are.
    Uni<Void> delete(Kind kind, String idOrName) {
        var now = clock.instant();
        return outbox.inTransaction(session ->
                store.lock(session)
                        .chain(catalog -> {
                            var thing = unreferred(catalog, kind, idOrName);
                            var old = catalog.organization();
                            var organization =
                                    new Organization(
                                            old.id(),
                                            old.name(),
                                            Math.max(catalog.revision() + 1, now.toEpochMilli()),
                                            old.frequencyMinutes());
                            return idle(session, thing)
                                    .chain(() -> store.delete(session, thing, organization))
                                    .chain(() ->
                                            outbox.add(
                                                    session,
                                                    List.of(
                                                            records.saved(organization, now),
                                                            records.deleted(
                                                                    thing.key(),
                                                                    organization.revision(),
                                                                    now))));
                        }));
    }

    private static CatalogRecord unreferred(Catalog catalog, Kind kind, String idOrName) {
        var thing = found(catalog, kind, idOrName);
        var referrers = catalog.referrers(thing);
        if (!referrers.isEmpty()) {
            var names = referrers.stream().limit(REFERRERS_SHOWN).map(Catalog::title).toList();
            throw new ProblemException(
                    Problem.conflict(
                            "%s is used by %s%s; change or delete that first"
                                    .formatted(
                                            Catalog.title(thing),
                                            String.join(", ", names),
                                            referrers.size() > names.size()
                                                    ? " and %d more"
                                                            .formatted(
                                                                    referrers.size() - names.size())
                                                    : ""),
                            List.of()));
        }
        return thing;
    }

    /// A transfer that runs would go on for a destination that nobody knows, and its end could not
    /// be told from another's.
    private Uni<Void> idle(Mutiny.StatelessSession session, CatalogRecord thing) {
        return thing instanceof Destination
                ? followed.openAt(session, thing.id(), TRANSFERS_SHOWN + 1)
                        .invoke(open -> {
                            if (!open.isEmpty()) {
                                throw new ProblemException(
                                        Problem.conflict(stillOpen(thing, open), List.of()));
                            }
                        })
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    private static String stillOpen(CatalogRecord destination, List<TransferId> open) {
        return "%s has open transfers: %s%s; cancel them or wait for their end, and delete it then"
                .formatted(
                        Catalog.title(destination),
                        open.stream()
                                .limit(TRANSFERS_SHOWN)
                                .map(TransferId::toString)
                                .collect(Collectors.joining(", ")),
                        open.size() > TRANSFERS_SHOWN ? " and more" : "");
    }

    static CatalogRecord found(Catalog catalog, Kind kind, String idOrName) {
        return catalog.find(kind, idOrName)
                .orElseThrow(() -> new ProblemException(Problem.notFound(kind.word(), idOrName)));
    }

    /// Makes the catalog, once in the life of an installation.
    ///
    /// @return whether this call made it
    Uni<Boolean> found() {
        var now = clock.instant();
        var organization =
                new Organization(
                        UuidV7.draw(now, random).toString(),
                        Catalog.ORGANIZATION_NAME,
                        now.toEpochMilli(),
                        Drafts.DAY_MINUTES);
        return outbox.inTransaction(session ->
                store.found(session, organization)
                        .call(isNew ->
                                isNew
                                        ? outbox.add(
                                                session, List.of(records.saved(organization, now)))
                                        : Uni.createFrom().voidItem()));
    }

    /// Another save changed what this one has asked databases about.
    private static final class Overtaken extends RuntimeException {
        Overtaken() {
            super("overtaken by another save", null, false, false);
        }
    }
}
