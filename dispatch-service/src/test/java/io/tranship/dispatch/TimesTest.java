package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {

    @Test
    void slotsOfASilentRunnerAreOnlyGivenAwayWhenItHasEnded() {
        assertThatCode(() -> silence(30, 15, 5, 60)).doesNotThrowAnyException();
        assertThatThrownBy(() -> silence(30, 20, 10, 60))
                .hasMessageContaining(
                        "tranship.self-fence PT30S + tranship.longest-call PT20S + tranship.clock-error PT10S = PT1M")
                .hasMessageContaining("tranship.orphan-after PT1M");
    }

    @Test
    void epochsRiseWithTimeAndWithinOneMillisecond() {
        var now = Instant.ofEpochMilli(1_000);

        assertThat(new Epoch(0).next(now)).isEqualTo(new Epoch(1_000));
        assertThat(new Epoch(1_000).next(now)).isEqualTo(new Epoch(1_001));
    }

    private static Silence silence(long fence, long call, long error, long orphan) {
        return new Silence(
                Duration.ofSeconds(fence),
                Duration.ofSeconds(call),
                Duration.ofSeconds(error),
                Duration.ofSeconds(orphan));
    }
}
