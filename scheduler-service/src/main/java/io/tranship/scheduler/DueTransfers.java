package io.tranship.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which destinations are to be asked for now.
///
/// The first transfer is due at once, later ones at k × frequency from midnight UTC, anew each day.
/// However many points of that grid were missed, one transfer makes up for them.
final class DueTransfers {

    private static final Duration DAY = Duration.ofDays(1);

    private DueTransfers() {}

    /// A destination as the schedule knows it.
    ///
    /// @param frequencyMinutes 0: the organisation's
    /// @param since when it was added
    /// @param askedAt when a scheduled transfer was asked for last; null: never
    /// @param isOpen the last scheduled transfer has not ended
    record Scheduled(
            String destination,
            boolean enabled,
            int frequencyMinutes,
            Instant since,
            @Nullable Instant askedAt,
            boolean isOpen) {}

    /// @param point of the grid; no two transfers are asked for one point
    record Due(String destination, Instant point) {}

    static List<Due> at(Instant now, int defaultMinutes, List<Scheduled> schedule) {
        return schedule.stream()
                .flatMap(scheduled -> due(now, defaultMinutes, scheduled).stream())
                .toList();
    }

    static Optional<Due> due(Instant now, int defaultMinutes, Scheduled scheduled) {
        if (!scheduled.enabled() || scheduled.isOpen()) {
            return Optional.empty();
        }
        if (scheduled.askedAt() == null) {
            return Optional.of(new Due(scheduled.destination(), scheduled.since()));
        }
        var frequency =
                Duration.ofMinutes(
                        scheduled.frequencyMinutes() == 0
                                ? defaultMinutes
                                : scheduled.frequencyMinutes());
        var point = lastPoint(now, frequency);
        return point.isAfter(scheduled.askedAt())
                ? Optional.of(new Due(scheduled.destination(), point))
                : Optional.empty();
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
