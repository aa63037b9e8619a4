package io.tranship.benchmarks;

import java.lang.management.ManagementFactory;

/// Tells who waits where a run is.
public final class Progress {

    private static final long BEGAN = System.nanoTime();

    private Progress() {}

    public static void say(String what) {
        System.err.printf(
                "[%4d s, load %.1f] %s%n",
                (System.nanoTime() - BEGAN) / 1_000_000_000, load(), what);
    }

    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
