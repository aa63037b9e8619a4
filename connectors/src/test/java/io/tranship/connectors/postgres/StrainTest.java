package io.tranship.connectors.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StrainTest {

    private final Strain strain = new Strain();

    @BeforeEach
    void aServerThatIsWell() {
        assertThat(strain.restAfter(Duration.ofMillis(20))).isZero();
        strain.read(Duration.ofSeconds(3));
    }

    @Test
    void aServerThatAnswersTenTimesAsSlowlyIsLeftAloneAsLongAsItWasRead() {
        assertThat(strain.restAfter(Duration.ofMillis(201))).isEqualTo(Duration.ofSeconds(3));
        assertThat(strain.restAfter(Duration.ofMillis(200))).isZero();
    }

    @Test
    void theRestIsBounded() {
        strain.read(Duration.ofMinutes(30));

        assertThat(strain.restAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatNobodyNoticesIsNoStrain() {
        assertThat(strain.restAfter(Duration.ofMillis(1))).isZero();

        assertThat(strain.restAfter(Duration.ofMillis(100))).isZero();
        assertThat(strain.restAfter(Duration.ofMillis(101))).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aServerThatWasAlwaysSlowIsJustFarAway() {
        var far = new Strain();
        far.restAfter(Duration.ofMillis(300));
        far.read(Duration.ofSeconds(3));

        assertThat(far.restAfter(Duration.ofMillis(900))).isZero();
    }
}
