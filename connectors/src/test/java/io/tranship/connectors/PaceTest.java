package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    private static final long BEGAN = -5;

    /// Whoever waits as he is told.
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 30, 2_000, 1e6})
    void noMoreRowsPassThanMay(double rowsPerSecond) {
        var pace = new Pace(rowsPerSecond, 7, BEGAN);
        var now = BEGAN;
        for (var rows = 8L; rows <= 10_007; rows++) {
            if (pace.isDue(rows)) {
                now = Math.max(now, pace.next(rows));
            }
            assertThat((rows - 7) - rowsPerSecond / 20 - 1)
                    .as("rows at %d", now)
                    .isLessThanOrEqualTo(rowsPerSecond * (now - BEGAN) / 1e9);
        }
        assertThat(Duration.ofNanos(now - BEGAN).toMillis() / 1e3)
                .isLessThanOrEqualTo(10_000 / rowsPerSecond);
    }

    @Test
    void aSlowReaderIsNotHeldUp() {
        var pace = new Pace(100, 0, BEGAN);

        assertThat(pace.isDue(4)).isFalse();
        assertThat(pace.isDue(5)).isTrue();
        assertThat(pace.next(5) - BEGAN).isEqualTo(Duration.ofMillis(50).toNanos());
        assertThat(pace.isDue(9)).isFalse();
        assertThat(pace.isDue(10)).isTrue();
    }
}
