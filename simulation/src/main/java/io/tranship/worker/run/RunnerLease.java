package io.tranship.worker.run;

import java.time.Duration;
import java.time.Instant;

/// The real lease of one simulated run.
public final class RunnerLease {

    private Lease lease;

    public RunnerLease(Instant heardAt, Duration term) {
        lease = new Lease(heardAt, term);
    }

    public void heard(Instant sentAt) {
        lease = lease.heard(sentAt);
    }

    public Instant heardAt() {
        return lease.heardAt();
    }

    public boolean isOver(Instant now) {
        return lease.isOver(now);
    }

    public Duration left(Instant now) {
        return lease.left(now);
    }

    /// When it runs out, if nothing more is heard.
    public Instant end() {
        return lease.heardAt().plus(lease.term());
    }
}
