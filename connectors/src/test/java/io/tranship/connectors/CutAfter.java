package io.tranship.connectors;

import io.tranship.schemas.ModelResult;

/// Cuts the run's connections once it has loaded so many chunks.
final class CutAfter implements TransferListener {

    private final Database destination;
    private final int chunks;
    private final Results results = new Results();
    private volatile long rows;

    CutAfter(Database destination, int chunks) {
        this.destination = destination;
        this.chunks = chunks;
    }

    @Override
    public void progress(String model, long read, long bytes, int done, int total) {
        rows = Math.max(rows, read);
        if (done == chunks) {
            Invoices.cutSessions(destination);
        }
    }

    @Override
    public void finished(ModelResult result) {
        results.finished(result);
    }

    Results results() {
        return results;
    }

    long rows() {
        return rows;
    }
}
