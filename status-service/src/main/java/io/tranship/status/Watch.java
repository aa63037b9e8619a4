package io.tranship.status;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Since when beats would have been heard, had there been any: the time over which the sweep's own
/// beats got through without a gap.
///
/// All times are the broker's append times, so no clock but the broker's counts. A gap begins the
/// watch anew: after an outage everybody has the whole limit again to be heard.
///
/// @param since the first own beat after the last gap; null before any beat
/// @param last the latest own beat
record Watch(Duration gapMax, @Nullable Instant since, @Nullable Instant last) {

    static Watch begin(Duration gapMax) {
        return new Watch(gapMax, null, null);
    }

    Watch after(Instant ownBeat) {
        if (since == null || last == null || ownBeat.isAfter(last.plus(gapMax))) {
            return new Watch(gapMax, ownBeat, ownBeat);
        }
        return ownBeat.isAfter(last) ? new Watch(gapMax, since, ownBeat) : this;
    }

    /// Who was last heard before this time has been silent for longer than `limit`, as of the
    /// latest own beat. Null when the watch is too young to say so of anybody.
    @Nullable Instant silentBefore(Duration limit) {
        if (since == null || last == null) {
            return null;
        }
        var before = last.minus(limit);
        return since.isBefore(before) ? before : null;
    }
}
