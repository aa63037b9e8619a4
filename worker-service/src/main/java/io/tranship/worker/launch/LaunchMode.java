package io.tranship.worker.launch;

import io.tranship.schemas.WorkOrder;
import io.tranship.worker.run.Handover;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// How a runner comes to life: as a process of this machine; as a Job of Kubernetes later.
interface LaunchMode extends AutoCloseable {

    /// Starts a runner, or says that there is none. Returns when that is known; whatever follows
    /// comes to `events` from other threads.
    ///
    /// @param handover made at the moment when the runner gets it: its lease runs from there
    void launch(WorkOrder order, Supplier<Handover> handover, Consumer<SandboxEvent> events);

    /// Not while runner after runner failed to start: orders are left to other launchers then, or
    /// stay where they are.
    boolean isAble();

    @Override
    void close();
}
