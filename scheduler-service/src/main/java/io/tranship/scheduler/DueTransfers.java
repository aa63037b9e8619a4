package io.tranship.scheduler;

import io.tranship.scheduler.OwedRefresh.Consent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Which destinations are to be asked for now, and for what.
///
/// The first transfer is due at once, later ones at k × frequency from midnight UTC, anew each day,
/// each destination a little later by its own share of the jitter. However many points of that grid
/// were missed, one transfer makes up for them. After a failure the next one does not wait for the
/// grid, and a failed full refresh is asked for again on its own.
final class DueTransfers {

    private static final Duration DAY = Duration.ofDays(1);

    private DueTransfers() {}

    /// What holds for all destinations.
    ///
    /// @param paused nothing is asked for
    /// @param jitter over how long aligned runs are spread; zero: not at all
    /// @param retry after a scheduled transfer that failed
    /// @param refreshRetry after a full refresh that failed
    record Rules(
            int defaultMinutes,
            boolean paused,
            Duration jitter,
            Backoff retry,
            Backoff refreshRetry) {

        /// Nothing but the grid and the usual times.
        static Rules of(int defaultMinutes) {
            return new Rules(
                    defaultMinutes,
                    false,
                    Duration.ZERO,
                    new Backoff(Duration.ofMinutes(1), Duration.ofHours(1)),
                    new Backoff(Duration.ofMinutes(1), DAY));
        }
    }

    /// Failures that followed each other.
    ///
    /// @param times from 1
    /// @param at the end of the last one
    record Failed(int times, Instant at) {}

    /// A destination as the schedule knows it.
    ///
    /// @param frequencyMinutes 0: the organisation's
    /// @param since when it was added
    /// @param askedAt when a scheduled transfer was asked for last; null: never
    /// @param isOpen the last scheduled transfer has not ended
    /// @param failed null when the last scheduled transfer succeeded
    record Scheduled(
            String destination,
            boolean enabled,
            int frequencyMinutes,
            Instant since,
            @Nullable Instant askedAt,
            boolean isOpen,
            @Nullable Failed failed,
            List<OwedRefresh> owed) {

        Scheduled {
            owed = List.copyOf(owed);
        }

        Scheduled(
                String destination,
                boolean enabled,
                int frequencyMinutes,
                Instant since,
                @Nullable Instant askedAt,
                boolean isOpen) {
            this(destination, enabled, frequencyMinutes, since, askedAt, isOpen, null, List.of());
        }
    }

    enum Why {
        GRID,
        RETRY,
        OWED
    }

    /// @param point no two transfers are asked for one point for one reason
    /// @param refresh models of an owed full refresh; empty: all models, what changed
    /// @param consent that of the refresh that failed
    record Due(String destination, Instant point, Why why, List<String> refresh, Consent consent) {

        Due {
            refresh = List.copyOf(refresh);
        }

        Due(String destination, Instant point) {
            this(destination, point, Why.GRID, List.of(), Consent.NONE);
        }
    }

    static List<Due> at(Instant now, Rules rules, List<Scheduled> schedule) {
        return schedule.stream().flatMap(scheduled -> due(now, rules, scheduled).stream()).toList();
    }

    static Optional<Due> due(Instant now, int defaultMinutes, Scheduled scheduled) {
        return due(now, Rules.of(defaultMinutes), scheduled);
    }

    /// An owed refresh goes before the grid, which would leave a frequent destination no room for
    /// it; its backoff leaves room for the grid.
    static Optional<Due> due(Instant now, Rules rules, Scheduled scheduled) {
        if (rules.paused() || !scheduled.enabled() || scheduled.isOpen()) {
            return Optional.empty();
        }
        if (scheduled.askedAt() == null) {
            return Optional.of(new Due(scheduled.destination(), scheduled.since()));
        }
        return owed(now, rules, scheduled)
                .or(() -> onGrid(now, rules, scheduled, scheduled.askedAt()))
                .or(() -> again(now, rules, scheduled));
    }

    /// All that are owed with the same consent as the first one that is due.
    private static Optional<Due> owed(Instant now, Rules rules, Scheduled scheduled) {
        return scheduled.owed().stream()
                .min(
                        Comparator.comparing((OwedRefresh owed) ->
                                        rules.refreshRetry().after(owed.failed()))
                                .thenComparing(OwedRefresh::model))
                .filter(first -> !rules.refreshRetry().after(first.failed()).isAfter(now))
                .map(first ->
                        new Due(
                                scheduled.destination(),
                                rules.refreshRetry().after(first.failed()),
                                Why.OWED,
                                scheduled.owed().stream()
                                        .filter(other -> other.consent().equals(first.consent()))
                                        .map(OwedRefresh::model)
                                        .sorted()
                                        .toList(),
                                first.consent()));
    }

    private static Optional<Due> onGrid(
            Instant now, Rules rules, Scheduled scheduled, Instant askedAt) {
        var point = lastPoint(now, rules, scheduled);
        return point.isAfter(askedAt)
                ? Optional.of(new Due(scheduled.destination(), point))
                : Optional.empty();
    }

    private static Optional<Due> again(Instant now, Rules rules, Scheduled scheduled) {
        return Optional.ofNullable(scheduled.failed())
                .map(rules.retry()::after)
                .filter(point -> !point.isAfter(now))
                .map(point ->
                        new Due(
                                scheduled.destination(),
                                point,
                                Why.RETRY,
                                List.of(),
                                Consent.NONE));
    }

    /// When the next scheduled transfer will be asked for if nothing happens before; null while
    /// none will be.
    static @Nullable Instant next(Instant now, Rules rules, Scheduled scheduled) {
        if (rules.paused() || !scheduled.enabled() || scheduled.isOpen()) {
            return null;
        }
        if (due(now, rules, scheduled).isPresent()) {
            return now;
        }
        var next = nextPoint(now, rules, scheduled);
        if (scheduled.failed() != null) {
            next = earlier(next, rules.retry().after(scheduled.failed()));
        }
        for (var owed : scheduled.owed()) {
            next = earlier(next, rules.refreshRetry().after(owed.failed()));
        }
        return next;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Duration frequency(Rules rules, Scheduled scheduled) {
        return Duration.ofMinutes(
                scheduled.frequencyMinutes() == 0
                        ? rules.defaultMinutes()
                        : scheduled.frequencyMinutes());
    }

    private static Instant lastPoint(Instant now, Rules rules, Scheduled scheduled) {
        var frequency = frequency(rules, scheduled);
        var late = late(scheduled.destination(), rules.jitter(), frequency);
        return lastPoint(now.minus(late), frequency).plus(late);
    }

    private static Instant nextPoint(Instant now, Rules rules, Scheduled scheduled) {
        var frequency = frequency(rules, scheduled);
        var late = late(scheduled.destination(), rules.jitter(), frequency);
        var last = lastPoint(now.minus(late), frequency);
        var midnight = last.truncatedTo(ChronoUnit.DAYS).plus(DAY);
        return earlier(last.plus(frequency), midnight).plus(late);
    }

    /// By how much a destination comes after the points of the grid: always the same, and less than
    /// from one point to the next.
    static Duration late(String destination, Duration jitter, Duration frequency) {
        var span = Math.min(jitter.toMillis(), frequency.toMillis());
        return span <= 0
                ? Duration.ZERO
                : Duration.ofMillis(new SplittableRandom(destination.hashCode()).nextLong(span));
    }

    /// The last point of the grid that is not after `now`.
    static Instant lastPoint(Instant now, Duration frequency) {
        if (frequency.compareTo(Duration.ofMinutes(1)) < 0 || frequency.compareTo(DAY) > 0) {
            throw new IllegalArgumentException(
                    "frequency %s is not between one minute and one day".formatted(frequency));
        }
        var midnight = now.truncatedTo(ChronoUnit.DAYS);
        return midnight.plus(
                frequency.multipliedBy(Duration.between(midnight, now).dividedBy(frequency)));
    }
}
