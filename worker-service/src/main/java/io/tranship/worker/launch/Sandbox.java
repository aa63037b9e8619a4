package io.tranship.worker.launch;

/// Where one runner lives, seen from its launcher.
interface Sandbox {

    /// Process id on this launcher's host.
    long pid();

    /// Asks it to stop in order.
    ///
    /// @param cancelled because its transfer is cancelled or over; else because the launcher ends
    void stop(boolean cancelled);

    /// Ends it at once.
    void kill();
}
