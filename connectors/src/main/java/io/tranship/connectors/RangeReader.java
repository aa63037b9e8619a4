package io.tranship.connectors;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads ranges for one lane, one after another. The next one is begun as soon as the source has
/// given the last row of the one before, so that neither side waits while the destination takes in
/// what is on its way, and commits.
///
/// At most one is read ahead, and of that one no more than its pipe holds.
final class RangeReader implements AutoCloseable {

    private final Supplier<@Nullable KeyRange> ranges;
    private final Function<KeyRange, SourceHaul> hauls;
    private @Nullable Reading current;
    private @Nullable Reading ahead;
    private boolean sourceIsFree = true;
    private boolean closed;

    /// @param haul has begun
    record Reading(KeyRange range, SourceHaul haul) {}

    /// @param ranges null: none is left
    RangeReader(Supplier<@Nullable KeyRange> ranges, Function<KeyRange, SourceHaul> hauls) {
        this.ranges = ranges;
        this.hauls = hauls;
    }

    /// The next range to load; the one before has been loaded.
    ///
    /// @return null: none is left
    synchronized @Nullable Reading next() {
        readAhead();
        var taken = ahead;
        if (taken == null && !sourceIsFree) {
            throw new IllegalStateException("a range is still being read");
        }
        current = taken;
        ahead = null;
        // It may have been read to its end while the one before was being loaded.
        readAhead();
        return taken;
    }

    private void readAhead() {
        if (closed || !sourceIsFree || ahead != null) {
            return;
        }
        var range = ranges.get();
        if (range != null) {
            var haul = hauls.apply(range);
            ahead = new Reading(range, haul);
            sourceIsFree = false;
            haul.begin(this::isRead);
        }
    }

    private synchronized void isRead() {
        sourceIsFree = true;
        readAhead();
    }

    /// Returns when nothing is read any more.
    @Override
    public void close() {
        Reading loading;
        Reading waiting;
        synchronized (this) {
            closed = true;
            loading = current;
            waiting = ahead;
        }
        if (loading != null) {
            loading.haul().abandon();
        }
        if (waiting != null) {
            waiting.haul().abandon();
        }
    }
}
