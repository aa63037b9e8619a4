package io.tranship.connectors;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Tells a listener how far a model is, but not oftener than it wants to hear.
final class ProgressReport {

    private final String model;
    private final TransferListener listener;
    private final InstantSource clock;
    private final Duration every;
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

    void chunks(int done, int total) {
        chunksDone = done;
        chunksTotal = total;
    }

    /// A chunk was committed: `account` holds the totals.
    void done(Account account) {
        rowsBefore = account.rows();
        bytesBefore = account.bytes();
        chunksDone++;
        listener.progress(model, rowsBefore, bytesBefore, chunksDone, chunksTotal);
    }

    /// Rows are on their way.
    void on(RowPipe pipe) {
        var now = clock.instant();
        if (!now.isBefore(next)) {
            next = now.plus(every);
            listener.progress(
                    model,
                    rowsBefore + pipe.rowsSoFar(),
                    bytesBefore + pipe.bytesSoFar(),
                    chunksDone,
                    chunksTotal);
        }
    }
}
