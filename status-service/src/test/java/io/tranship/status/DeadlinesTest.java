package io.tranship.status;

import static io.tranship.status.Logs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.Actor;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final TransferId ID = new TransferId(new UUID(1, 2));
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BEAT = Duration.ofSeconds(5);

    private final Deadlines deadlines =
            new Deadlines(
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    Duration.ofDays(8),
                    Duration.ofHours(25));

    private static final Deadlines.Before NOBODY = new Deadlines.Before(null, null);

    private static Deadlines.Before silent(Instant before) {
        return new Deadlines.Before(before, null);
    }

    private static OpenTransfer lively(@Nullable Instant cancelledAt) {
        var soon = T0.plus(Duration.ofDays(3));
        return new OpenTransfer(ID, T0, T0, 7L, T0, soon, T0, cancelledAt);
    }

    @Test
    void aRunThatBeatsForLongerThanADayIsCancelledByThePlatform() {
        var day = T0.plus(Duration.ofHours(25));

        assertThat(deadlines.overdue(lively(null), day, silent(day))).isNull();
        assertThat(deadlines.overdue(lively(null), day.plusSeconds(1), silent(day)))
                .isEqualTo(new CancelRequested(ID, Actor.PLATFORM));
    }

    @Test
    void aRunThatBeatsOnAfterACancelIsGivenUp() {
        var cancelled = lively(T0);
        var later = T0.plus(Duration.ofDays(2));

        assertThat(deadlines.overdue(cancelled, later, NOBODY)).isNull();
        assertThat(deadlines.overdue(cancelled, later, new Deadlines.Before(null, T0))).isNull();
        assertThat(
                        deadlines.overdue(
                                cancelled, later, new Deadlines.Before(null, T0.plusMillis(1))))
                .isEqualTo(new Orphaned(ID, 7));
    }

    private static OpenTransfer waiting(@Nullable Instant expiresAt) {
        return new OpenTransfer(ID, T0, expiresAt, null, null, null);
    }

    private static OpenTransfer running(Instant heardAt) {
        return new OpenTransfer(ID, T0, T0, 7L, T0, heardAt);
    }

    @Test
    void aTransferExpiresOneMinuteAfterItsTime() {
        assertThat(deadlines.overdue(waiting(T0), T0.plusSeconds(60), NOBODY)).isNull();
        assertThat(deadlines.overdue(waiting(T0), T0.plusSeconds(61), NOBODY))
                .isEqualTo(new Expired(ID));
    }

    @Test
    void whatWasDispatchedNeverExpires() {
        var dispatched = new OpenTransfer(ID, T0, T0, 7L, T0.plusSeconds(90), null);

        assertThat(deadlines.overdue(dispatched, T0.plusSeconds(90), NOBODY)).isNull();
    }

    @Test
    void aTransferWhoseRequestWasLostHasADeadlineToo() {
        assertThat(deadlines.overdue(waiting(null), T0.plus(Duration.ofDays(8)), NOBODY)).isNull();
        assertThat(deadlines.overdue(waiting(null), T0.plus(Duration.ofDays(9)), NOBODY))
                .isEqualTo(new Expired(ID));
    }

    @Test
    void anOrderThatNobodyTookIsNotStarted() {
        var ordered = new OpenTransfer(ID, T0, T0, 7L, T0, null);

        assertThat(deadlines.overdue(ordered, T0.plusSeconds(5), silent(T0.plusSeconds(99))))
                .isNull();
        assertThat(deadlines.overdue(ordered, T0.plusSeconds(6), NOBODY))
                .isInstanceOfSatisfying(
                        Finished.class,
                        finished -> {
                            assertThat(finished.end()).isEqualTo(RunEnd.NOT_STARTED);
                            assertThat(finished.run()).isNull();
                            assertThat(finished.epoch()).isEqualTo(7);
                        });
    }

    @Test
    void aRunThatIsSilentLongerThanTheLimitIsOrphaned() {
        assertThat(deadlines.overdue(running(T0), T0, silent(T0))).isNull();
        assertThat(deadlines.overdue(running(T0), T0, silent(T0.plusMillis(1))))
                .isEqualTo(new Orphaned(ID, 7));
    }

    @Test
    void nobodyIsOrphanedWhileSilenceCannotBeJudged() {
        assertThat(deadlines.overdue(running(T0), T0.plus(Duration.ofHours(25)), NOBODY)).isNull();
    }

    @Test
    void aYoungWatchJudgesNobody() {
        var watch = watched(Watch.begin(BEAT.multipliedBy(3)), T0, 60);

        assertThat(watch.silentBefore(LIMIT)).isNull();
        assertThat(watch.after(T0.plusSeconds(65)).silentBefore(LIMIT))
                .isEqualTo(T0.plusSeconds(5));
    }

    @Test
    void aBrokerOutageOfTwiceTheLimitOrphansNobody() {
        var before = watched(Watch.begin(BEAT.multipliedBy(3)), T0, 600);
        var outageEnds = T0.plusSeconds(600).plus(LIMIT.multipliedBy(2));
        var after = watched(before, outageEnds, 60);

        assertThat(before.silentBefore(LIMIT)).isNotNull();
        assertThat(after.silentBefore(LIMIT)).isNull();
        assertThat(watched(before, outageEnds, 70).silentBefore(LIMIT))
                .isAfterOrEqualTo(outageEnds);
    }

    /// The own beats from `from` on, for that many seconds.
    private static Watch watched(Watch watch, Instant from, int seconds) {
        var next = watch;
        for (int second = 0; second <= seconds; second += 5) {
            next = next.after(from.plusSeconds(second));
        }
        return next;
    }

    @Test
    void aClockOfTheBrokerThatGoesBackChangesNothing() {
        var watch = watched(Watch.begin(BEAT.multipliedBy(3)), T0, 100);

        assertThat(watch.after(T0.plusSeconds(50))).isEqualTo(watch);
    }

    @Test
    void timesUnderWhichALiveRunnerCouldBeGivenUpAreRefused() {
        assertThatThrownBy(() ->
                        new Silence(
                                Duration.ofSeconds(40),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(60)))
                .hasMessageContaining("tranship.orphan-after PT1M");
    }

    @Test
    void whatATopicHasDroppedNeedNotBeRead() {
        var place = new LogEnds.Partition("t", new UUID(0, 1), 0);
        var ends = new LogEnds(Map.of(place, new LogEnds.Span(100, 120)));

        assertThat(ends.unread(Map.of())).isEqualTo(20);
        assertThat(ends.unread(Map.of(place, 110L))).isEqualTo(10);
        assertThat(ends.unread(Map.of(place, 120L))).isZero();
        var formerTopic = new LogEnds.Partition("t", new UUID(0, 2), 0);
        assertThat(ends.unread(Map.of(formerTopic, 9_999L))).isEqualTo(20);
        assertThat(new LogEnds(Map.of(place, new LogEnds.Span(120, 120))).unread(Map.of()))
                .isZero();
    }
}
