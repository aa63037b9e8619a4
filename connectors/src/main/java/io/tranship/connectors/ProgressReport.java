package io.tranship.connectors;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Tells a listener how far a model is, but not oftener than it wants to hear. Lanes that load one
/// model share it.
final class ProgressReport {

    private final String model;
    private final TransferListener listener;
    private final InstantSource clock;
    private final Duration every;

    /// What each lane has on its way, by its thread.
    private final Map<Thread, RowPipe> carrying = new HashMap<>();

    private Instant next;
    private long rowsBefore;
    private long bytesBefore;
    private int chunksDone;
    private int chunksTotal;

    ProgressReport(String model, TransferListener listener, InstantSource clock, Duration every) {
        this.model = model;
        this.listener = listener;
        this.clock = clock;
        this.every = every;
        this.next = clock.instant().plus(every);
    }

    synchronized void chunks(int done, int total) {
        chunksDone = done;
        chunksTotal = total;
    }

    /// A chunk of the calling lane was committed: `account` holds the totals.
    synchronized void done(Account account) {
        carrying.remove(Thread.currentThread());
        rowsBefore = account.rows();
        bytesBefore = account.bytes();
        chunksDone++;
        tell();
    }

    /// Rows of the calling lane are on their way.
    synchronized void on(RowPipe pipe) {
        carrying.put(Thread.currentThread(), pipe);
        var now = clock.instant();
        if (!now.isBefore(next)) {
            next = now.plus(every);
            tell();
        }
    }

    private void tell() {
        var rows = rowsBefore;
        var bytes = bytesBefore;
        for (var pipe : carrying.values()) {
            rows += pipe.rowsSoFar();
            bytes += pipe.bytesSoFar();
        }
        listener.progress(model, rows, bytes, chunksDone, chunksTotal);
    }
}
