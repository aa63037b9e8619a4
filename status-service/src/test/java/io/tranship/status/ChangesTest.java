package io.tranship.status;

import static io.tranship.status.Logs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.SeededTest;
import io.tranship.status.Changes.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private static Change change(int n, long millis) {
        return new Change(new UUID(1, n), T0.plusMillis(millis));
    }

    /// Changes become visible up to five seconds late, in any order; every look reads all that is
    /// visible since the place asked for.
    @SeededTest(tries = 50)
    void everyChangeIsToldOnceHoweverLateItBecomesVisible(RandomGenerator random) {
        var changes = new Changes(T0);
        var hidden = new LinkedHashSet<Change>();
        var visible = new ArrayList<Change>();
        var told = new ArrayList<Change>();
        var all = 0;
        for (var now = 0; now < 30_000; now += 250) {
            for (var i = random.nextInt(4); i > 0; i--) {
                hidden.add(change(all++, now + random.nextInt(250)));
            }
            var time = T0.plusMillis(now);
            hidden.stream()
                    .filter(one ->
                            random.nextInt(10) == 0
                                    || one.changedAt().isBefore(time.minusSeconds(5)))
                    .forEach(visible::add);
            visible.forEach(hidden::remove);
            var since = changes.since();
            told.addAll(
                    changes.fresh(
                            visible.stream()
                                    .filter(one -> !one.changedAt().isBefore(since))
                                    .sorted(Comparator.comparing(Change::changedAt))
                                    .toList()));
        }

        assertThat(told).containsExactlyInAnyOrderElementsOf(visible);
    }

    @Test
    void whatIsRememberedIsBounded() {
        var changes = new Changes(T0);
        var burst =
                IntStream.range(0, 3 * Changes.SEEN_MAX).mapToObj(n -> change(n, n / 10)).toList();
        var told = new ArrayList<>(changes.fresh(burst));

        var since = changes.since();
        assertThat(since).isAfter(T0.minus(Duration.ofSeconds(10)));
        told.addAll(
                changes.fresh(
                        burst.stream().filter(one -> one.changedAt().isAfter(since)).toList()));
        assertThat(told).hasSize(burst.size());
        assertThat(new HashSet<>(told)).isEqualTo(new HashSet<>(burst));
        assertThat(changes.fresh(List.of(change(-1, 4_000)))).hasSize(1);
    }
}
