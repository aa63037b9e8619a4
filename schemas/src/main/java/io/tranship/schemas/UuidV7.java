package io.tranship.schemas;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Draws UUIDs that sort by the time they were drawn (RFC 9562, version 7).
public final class UuidV7 {

    private UuidV7() {}

    /// 48 bits of milliseconds since 1970, then 74 random bits.
    public static UUID draw(Instant now, RandomGenerator random) {
        var high = (now.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        var low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
