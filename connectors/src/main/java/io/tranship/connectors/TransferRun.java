package io.tranship.connectors;

import java.time.InstantSource;

/// One run of one transfer: all its models, one after another.
public final class TransferRun implements AutoCloseable {

    public TransferRun(TransferPlan plan, TransferListener listener, InstantSource clock) {}

    /// Runs every model of the order, in the way that its kind says. Trouble with data or servers
    /// is a FAILED result, never an exception. Call once.
    public void run() {}

    /// From another thread: cancels the statements at both sides, rolls back, and returns when the
    /// run has ended or its connections are cut. Models without a result are told as FAILED. More
    /// than once is harmless.
    public void stop() {}

    @Override
    public void close() {}
}
