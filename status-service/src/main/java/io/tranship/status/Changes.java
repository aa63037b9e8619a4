package io.tranship.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Which changes one reader has not seen yet.
///
/// Changes become visible in another order than that of their times, so each look goes back a
/// little behind the latest time seen; what was seen there is told once.
final class Changes {

    /// Behind this, no transaction is still to commit.
    static final Duration LATELY = Duration.ofSeconds(10);

    /// Remembered at most. With more of them in so short a time a look goes back to the oldest one
    /// remembered only.
    static final int SEEN_MAX = 10_000;

    /// A change of one record.
    record Change(UUID transferId, Instant changedAt) {}

    private final Map<Change, Boolean> seen = new LinkedHashMap<>();
    private Instant latest;
    private Instant forgottenUntil = Instant.MIN;

    /// @param connected the database's time when the reader came
    Changes(Instant connected) {
        latest = connected;
    }

    /// From where on the next look has to go.
    Instant since() {
        var back = latest.minus(LATELY);
        return back.isAfter(forgottenUntil) ? back : forgottenUntil;
    }

    /// Those of `page` that are new; the page is in the order of times.
    List<Change> fresh(List<Change> page) {
        var fresh = new ArrayList<Change>();
        for (var change : page) {
            if (seen.putIfAbsent(change, true) == null) {
                fresh.add(change);
            }
            latest = change.changedAt().isAfter(latest) ? change.changedAt() : latest;
        }
        forget();
        return fresh;
    }

    private void forget() {
        var old = latest.minus(LATELY);
        var kept = seen.keySet().iterator();
        while (kept.hasNext()) {
            var change = kept.next();
            if (seen.size() > SEEN_MAX) {
                forgottenUntil =
                        change.changedAt().isAfter(forgottenUntil)
                                ? change.changedAt()
                                : forgottenUntil;
            } else if (!change.changedAt().isBefore(old)) {
                return;
            }
            kept.remove();
        }
    }
}
