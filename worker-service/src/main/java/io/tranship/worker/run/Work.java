package io.tranship.worker.run;

/// What a run does between its first heartbeat and its last: all models of the order.
///
/// Behind an interface so that a run's life can be tested without a database.
interface Work {

    /// Returns when all is done, or after [#stop]; never throws for trouble with data or servers.
    void run();

    /// From another thread: cancels statements and rolls back.
    void stop();
}
