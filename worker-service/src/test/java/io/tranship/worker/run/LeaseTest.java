package io.tranship.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Instant T0 = Instant.parse("2026-11-23T12:00:00Z");

    private final Lease lease = new Lease(T0, Duration.ofSeconds(30));

    @Test
    void aLeaseLastsItsTermAndNotAMomentMore() {
        assertThat(lease.isOver(T0.plusMillis(29_999))).isFalse();
        assertThat(lease.isOver(T0.plusSeconds(30))).isTrue();
    }

    @Test
    void aHeartbeatExtendsItFromWhenItWasSent() {
        var extended = lease.heard(T0.plusSeconds(20));

        assertThat(extended.isOver(T0.plusSeconds(49))).isFalse();
        assertThat(extended.isOver(T0.plusSeconds(50))).isTrue();
    }

    @Test
    void anOlderHeartbeatThatIsAcknowledgedLaterShortensNothing() {
        var extended = lease.heard(T0.plusSeconds(20)).heard(T0.plusSeconds(10));

        assertThat(extended.left(T0.plusSeconds(20))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aLeaseThatIsOverCannotBeExtended() {
        var frozen = lease.heard(T0.plusSeconds(31));

        assertThat(frozen.isOver(T0.plusSeconds(31))).isTrue();
        assertThat(frozen.left(T0.plusSeconds(31))).isZero();
    }
}
