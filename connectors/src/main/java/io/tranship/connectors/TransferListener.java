package io.tranship.connectors;

import io.tranship.schemas.ModelResult;

/// Hears how a run goes. Called from the run's own threads, one call at a time; a listener that
/// blocks holds the rows back.
public interface TransferListener {

    /// Totals of this run for `model`.
    ///
    /// @param chunksTotal 0 while unknown
    void progress(String model, long rows, long bytes, int chunksDone, int chunksTotal);

    /// Once for each model of the order. What `result` says is committed at the destination.
    void finished(ModelResult result);
}
