package io.tranship.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;

class UuidV7Test {

    @SeededTest
    void itSortsByTheTimeItWasDrawn(RandomGenerator random) {
        var now = Any.time(random);
        var earlier = UuidV7.draw(now, random);
        var later = UuidV7.draw(now.plusMillis(1), random);

        assertThat(earlier.version()).isEqualTo(7);
        assertThat(earlier.variant()).isEqualTo(2);
        assertThat(earlier.toString()).isLessThan(later.toString());
        assertThat(earlier.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
    }
}
