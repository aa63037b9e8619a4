package io.tranship.worker.launch;

import io.tranship.schemas.WorkOrder;
import io.tranship.worker.run.Handover;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Runners without processes, turned by a test.
final class HandLaunchMode implements LaunchMode {

    final List<Launched> launched = new CopyOnWriteArrayList<>();

    /// No process can be made: so a JVM says it when there are no threads left.
    volatile boolean exhausted;

    static final class Launched implements Sandbox {
        final Handover handover;
        final Consumer<SandboxEvent> events;
        volatile boolean stopped;
        volatile boolean killed;

        Launched(Handover handover, Consumer<SandboxEvent> events) {
            this.handover = handover;
            this.events = events;
        }

        @Override
        public long pid() {
            return 4711;
        }

        @Override
        public void stop(boolean cancelled) {
            stopped = true;
        }

        @Override
        public void kill() {
            killed = true;
            events.accept(new SandboxEvent.Exited(137));
        }
    }

    @Override
    public void launch(
            WorkOrder order, Supplier<Handover> handover, Consumer<SandboxEvent> events) {
        if (exhausted) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        var sandbox = new Launched(handover.get(), events);
        launched.add(sandbox);
        events.accept(new SandboxEvent.HandedOver(sandbox));
        events.accept(new SandboxEvent.Accepted());
    }

    @Override
    public boolean isAble() {
        return true;
    }

    @Override
    public void close() {}
}
