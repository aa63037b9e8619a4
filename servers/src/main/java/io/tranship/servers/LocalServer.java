package io.tranship.servers;

import java.nio.file.Path;

/// A server of this machine as a child process on the loopback, started and stopped by its parent.
///
/// It has a session of its own, so that Ctrl-C reaches the parent only, which then stops all in
/// order. A start after [#kill] or [#stop] goes on with the same folder and ports.
public sealed interface LocalServer extends AutoCloseable
        permits LocalKafka, LocalPostgres, LocalService {

    /// Starts it; [#awaitReady] waits. A [#stop] that comes meanwhile waits, then stops it.
    void launch();

    /// Until it answers, at most a minute.
    void awaitReady();

    long pid();

    boolean isAlive();

    /// SIGKILL: for tests of what survives it.
    void kill();

    /// In order, and with SIGKILL when that takes too long. One that does not run is fine.
    void stop();

    Path log();

    @Override
    default void close() {
        stop();
    }
}
