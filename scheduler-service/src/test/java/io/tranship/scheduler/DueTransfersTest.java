package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.DueTransfers.Failed;
import io.tranship.scheduler.DueTransfers.Rules;
import io.tranship.scheduler.DueTransfers.Scheduled;
import io.tranship.scheduler.DueTransfers.Why;
import io.tranship.scheduler.OwedRefresh.Consent;
import io.tranship.schemas.SeededTest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

        assertThat(DueTransfers.due(NOON.plusSeconds(1800), 30, asked)).isPresent();
        assertThat(DueTransfers.due(NOON.plusSeconds(1800), 60, asked)).isEmpty();
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

    @Test
    void afterAFailureTheNextOneDoesNotWaitForTheGrid() {
        var failed = with(1440, NOON, new Failed(1, NOON.plusSeconds(300)), List.of());

        assertThat(due(NOON.plusSeconds(359), failed)).isEmpty();
        assertThat(due(NOON.plusSeconds(360), failed))
                .extracting(Due::point, Due::why)
                .containsExactly(tuple(NOON.plusSeconds(360), Why.RETRY));
        assertThat(DueTransfers.next(NOON, Rules.of(1440), failed))
                .isEqualTo(NOON.plusSeconds(360));
    }

    @Test
    void failuresNeverMakeThePointsOfTheGridWait() {
        var failed = with(1, NOON, new Failed(20, NOON), List.of());

        assertThat(due(NOON.plusSeconds(60), failed))
                .extracting(Due::why)
                .containsExactly(Why.GRID);
    }

    @Test
    void anOwedRefreshIsAskedForBeforeTheGridWithItsConsent() {
        var yes = new Consent(true, false);
        var owed =
                List.of(
                        new OwedRefresh("a", yes, new Failed(1, NOON)),
                        new OwedRefresh("b", Consent.NONE, new Failed(1, NOON.plusSeconds(1))),
                        new OwedRefresh("c", yes, new Failed(9, NOON)));

        assertThat(due(NOON.plusSeconds(59), with(1440, NOON, null, owed))).isEmpty();
        assertThat(due(NOON.plusSeconds(60), with(1, NOON, null, owed)))
                .containsExactly(
                        new Due("d", NOON.plusSeconds(60), Why.OWED, List.of("a", "c"), yes));
    }

    @Test
    void whatIsPausedIsNotDueWhateverIsOwed() {
        var rules = Rules.of(60);
        var paused = new Rules(60, true, rules.jitter(), rules.retry(), rules.refreshRetry());
        var late = with(60, ADDED, new Failed(1, ADDED), List.of());

        assertThat(DueTransfers.due(NOON, paused, late)).isEmpty();
        assertThat(DueTransfers.next(NOON, paused, late)).isNull();
        assertThat(DueTransfers.due(NOON, rules, late)).isPresent();
    }

    @SeededTest(tries = 500)
    void theBackoffDoublesUpToItsCap(RandomGenerator random) {
        var first = Duration.ofSeconds(random.nextLong(1, 10_000));
        var max = first.plusSeconds(random.nextLong(0, 1_000_000));
        var backoff = new Backoff(first, max);

        assertThat(backoff.after(1)).isEqualTo(first);
        for (var n = 1; n < 70; n++) {
            var twice = backoff.after(n).multipliedBy(2);
            assertThat(backoff.after(n + 1)).isEqualTo(twice.compareTo(max) < 0 ? twice : max);
        }
    }

    @Test
    void theJitterSpreadsAlignedRuns() {
        var hour = Duration.ofHours(1);
        var perMinute =
                IntStream.range(0, 6_000)
                        .mapToObj(n ->
                                DueTransfers.late("destination " + n, hour, Duration.ofDays(1)))
                        .collect(Collectors.groupingBy(Duration::toMinutes, Collectors.counting()));

        assertThat(perMinute.keySet()).hasSize(60);
        assertThat(perMinute.values()).allMatch(number -> number < 200);
    }

    /// The grid of one destination is shifted as a whole: no run is lost, none comes twice.
    @SeededTest(tries = 300)
    void theJitterShiftsTheGridOfADestination(RandomGenerator random) {
        var minutes = random.nextInt(1, 1441);
        var jitter = Duration.ofSeconds(random.nextLong(0, 100_000));
        var late = DueTransfers.late("d", jitter, Duration.ofMinutes(minutes));
        var now = instant(random);
        var asked = now.minusSeconds(random.nextLong(0, 200_000));

        assertThat(late).isLessThan(Duration.ofMinutes(minutes));
        assertThat(
                        DueTransfers.due(
                                now.plus(late),
                                jittered(jitter),
                                scheduled(minutes, asked.plus(late))))
                .map(Due::point)
                .isEqualTo(
                        DueTransfers.due(now, jittered(Duration.ZERO), scheduled(minutes, asked))
                                .map(Due::point)
                                .map(point -> point.plus(late)));
    }

    /// Whatever fails and is owed: never two at a time, no point twice for one reason, nothing
    /// before its time, and what [DueTransfers#next] announces comes.
    @SeededTest(tries = 200)
    void whatIsAnnouncedComesAndNothingElse(RandomGenerator random) {
        var minutes = random.nextInt(1, 1441);
        var rules = jittered(Duration.ofMinutes(random.nextInt(60)));
        var now = instant(random);
        var points = new HashSet<Due>();
        var asked = now;
        Failed failed = null;
        List<OwedRefresh> owed = List.of();
        for (var turn = 0; turn < 100; turn++) {
            var state = with(minutes, asked, failed, owed);
            var next = DueTransfers.next(now, rules, state);
            if (next.isAfter(now)) {
                assertThat(DueTransfers.due(next.minusNanos(1), rules, state)).isEmpty();
            }
            now = next.isAfter(now) ? next : now;
            var due = DueTransfers.due(now, rules, state).orElseThrow();
            assertThat(due.point()).isBeforeOrEqualTo(now);
            assertThat(points.add(due)).isTrue();
            asked = due.why() == Why.OWED ? asked : now;
            now = now.plusSeconds(random.nextLong(1, 10_000));
            var fails = random.nextInt(3) > 0;
            if (due.why() == Why.OWED) {
                owed = fails ? List.of(again(owed.getFirst(), now)) : List.of();
            } else {
                failed = fails ? new Failed(failed == null ? 1 : failed.times() + 1, now) : null;
                if (random.nextInt(10) == 0) {
                    owed = List.of(new OwedRefresh("m", Consent.NONE, new Failed(1, now)));
                }
            }
        }
    }

    private static OwedRefresh again(OwedRefresh owed, Instant now) {
        return new OwedRefresh(
                owed.model(), owed.consent(), new Failed(owed.failed().times() + 1, now));
    }

    private static Rules jittered(Duration jitter) {
        var usual = Rules.of(1440);
        return new Rules(1440, false, jitter, usual.retry(), usual.refreshRetry());
    }

    private static Scheduled with(
            int minutes, Instant asked, @Nullable Failed failed, List<OwedRefresh> owed) {
        return new Scheduled("d", true, minutes, ADDED, asked, false, failed, owed);
    }

    private static List<Due> due(Instant now, Scheduled scheduled) {
        return DueTransfers.at(now, Rules.of(1440), List.of(scheduled));
    }

    private static Scheduled scheduled(int minutes, @Nullable Instant asked) {
        return new Scheduled("d", true, minutes, ADDED, asked, false);
    }

    private static Instant instant(RandomGenerator random) {
        return Instant.ofEpochSecond(random.nextLong(1_700_000_000L, 1_900_000_000L));
    }
}
