package io.tranship.outbox;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Kills this process like SIGKILL does when a named step is reached for the n-th time, if its
/// command line says so.
final class Halt {

    static final int EXIT = 99;

    private static final String STEP = System.getProperty("halt.step", "");
    private static final int TIMES = Integer.getInteger("halt.times", 1);
    private static final AtomicInteger REACHED = new AtomicInteger();

    private Halt() {}

    /// While what comes after the step is under way.
    static void soonAfter(String step) {
        if (STEP.equals(step)) {
            Thread.ofVirtual()
                    .start(() -> {
                        LockSupport.parkNanos(700_000);
                        at(step);
                    });
        }
    }

    static void at(String step) {
        if (STEP.equals(step) && REACHED.incrementAndGet() == TIMES) {
            Runtime.getRuntime().halt(EXIT);
        }
    }
}
