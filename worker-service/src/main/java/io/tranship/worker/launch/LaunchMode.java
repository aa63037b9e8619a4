package io.tranship.worker.launch;

import io.tranship.worker.run.Handover;
import java.util.function.Consumer;

/// How a runner comes to life: as a process of this machine; as a Job of Kubernetes later.
interface LaunchMode extends AutoCloseable {

    /// Starts a runner for `handover`, or says that there is none. Returns when that is known;
    /// whatever follows comes to `events` from other threads.
    void launch(Handover handover, Consumer<SandboxEvent> events);

    @Override
    void close();
}
