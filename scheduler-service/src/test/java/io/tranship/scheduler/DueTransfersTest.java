package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.DueTransfers.Scheduled;
import io.tranship.schemas.SeededTest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DueTransfersTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant ADDED = Instant.parse("2026-11-20T10:07:00Z");

    @Test
    void theFirstTransferIsDueAtOnce() {
        assertThat(due(NOON, scheduled(60, null))).containsExactly(new Due("d", ADDED));
    }

    @Test
    void laterOnesAreDueOnTheGridFromMidnight() {
        var askedAtSevenPast = scheduled(60, NOON.plus(Duration.ofMinutes(7)));

        assertThat(due(NOON.plus(Duration.ofMinutes(59)), askedAtSevenPast)).isEmpty();
        assertThat(due(NOON.plus(Duration.ofMinutes(60)), askedAtSevenPast))
                .containsExactly(new Due("d", Instant.parse("2026-11-23T13:00:00Z")));
    }

    @Test
    void theGridStartsAnewEachDay() {
        // 1000 minutes: 00:00 and 16:40, and 00:00 again after 7 hours and 20 minutes.
        var asked = scheduled(1000, Instant.parse("2026-11-23T16:40:00Z"));

        assertThat(due(Instant.parse("2026-11-23T23:59:59Z"), asked)).isEmpty();
        assertThat(due(Instant.parse("2026-11-24T00:00:00Z"), asked))
                .containsExactly(new Due("d", Instant.parse("2026-11-24T00:00:00Z")));
    }

    @Test
    void zeroMeansTheOrganizationsFrequency() {
        var asked = scheduled(0, NOON);

        assertThat(DueTransfers.at(NOON.plusSeconds(1800), 30, List.of(asked))).hasSize(1);
        assertThat(DueTransfers.at(NOON.plusSeconds(1800), 60, List.of(asked))).isEmpty();
    }

    @Test
    void missedPointsGiveOneTransfer() {
        var askedYesterday = scheduled(1, NOON.minus(Duration.ofDays(1)));

        assertThat(due(NOON, askedYesterday)).containsExactly(new Due("d", NOON));
        assertThat(due(NOON, scheduled(1, NOON))).isEmpty();
    }

    @Test
    void aClockThatWentBackAsksForNothing() {
        assertThat(due(NOON.minusSeconds(3600), scheduled(60, NOON))).isEmpty();
    }

    @Test
    void disabledAndOpenOnesAreNotDue() {
        assertThat(due(NOON, new Scheduled("d", false, 60, ADDED, null, false))).isEmpty();
        assertThat(due(NOON, new Scheduled("d", true, 60, ADDED, ADDED, true))).isEmpty();
    }

    @Test
    void aFrequencyOutsideADayIsABug() {
        for (var wrong : List.of(Duration.ZERO, Duration.ofMinutes(1441))) {
            assertThatThrownBy(() -> DueTransfers.lastPoint(NOON, wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @SeededTest(tries = 500)
    void aPointIsOnTheGridAndTheLastOneBeforeNow(RandomGenerator random) {
        var minutes = random.nextInt(1, 1441);
        var now = instant(random);

        var point = DueTransfers.lastPoint(now, Duration.ofMinutes(minutes));

        var time = point.atOffset(ZoneOffset.UTC).toLocalTime();
        assertThat(time.toNanoOfDay() % (minutes * 60_000_000_000L)).isZero();
        assertThat(point).isBeforeOrEqualTo(now);
        var next = point.plus(Duration.ofMinutes(minutes));
        var midnight = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
        assertThat(now).isBefore(next.isBefore(midnight) ? next : midnight);
    }

    /// Turned at any times, with transfers of any length: no point twice, never two at a time, and
    /// each point is followed by a request as soon as nothing is open.
    @SeededTest(tries = 200)
    void noPointIsAskedForTwiceAndNoneIsForgotten(RandomGenerator random) {
        var minutes = random.nextInt(1, 1441);
        var frequency = Duration.ofMinutes(minutes);
        var now = instant(random);
        var points = new HashSet<Instant>();
        Instant asked = null;
        var open = false;
        for (var turn = 0; turn < 300; turn++) {
            now = now.plusSeconds(random.nextLong(1, 7200));
            open = open && random.nextInt(3) > 0;
            var due =
                    DueTransfers.due(
                            now, 1440, new Scheduled("d", true, minutes, ADDED, asked, open));

            if (due.isPresent()) {
                assertThat(open).isFalse();
                assertThat(points.add(due.get().point())).isTrue();
                asked = now;
                open = true;
            } else if (!open) {
                assertThat(DueTransfers.lastPoint(now, frequency)).isBeforeOrEqualTo(asked);
            }
        }
    }

    private static List<Due> due(Instant now, Scheduled scheduled) {
        return DueTransfers.at(now, 1440, List.of(scheduled));
    }

    private static Scheduled scheduled(int minutes, @Nullable Instant asked) {
        return new Scheduled("d", true, minutes, ADDED, asked, false);
    }

    private static Instant instant(RandomGenerator random) {
        return Instant.ofEpochSecond(random.nextLong(1_700_000_000L, 1_900_000_000L));
    }
}
