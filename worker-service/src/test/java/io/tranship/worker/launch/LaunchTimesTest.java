package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaunchTimesTest {

    @Test
    void aRunnerMustEndBeforeItCountsAsLost() {
        assertThatThrownBy(() -> times(30, 15, 15, 60))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("self-fence PT30S")
                .hasMessageContaining("= PT1M is not below tranship.orphan-after PT1M");
        assertThat(times(30, 15, 14, 60).orphanAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    private static LaunchTimes times(int selfFence, int longestCall, int clockError, int orphan) {
        return new LaunchTimes(
                Duration.ofHours(6),
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(selfFence),
                Duration.ofSeconds(longestCall),
                Duration.ofSeconds(clockError),
                Duration.ofSeconds(orphan),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30));
    }
}
