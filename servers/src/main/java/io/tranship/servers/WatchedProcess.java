package io.tranship.servers;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Runs another program's `main` and ends it when the process that wanted it is gone.
///
/// So nothing is left behind by a SIGKILL of the parent. The parent's id is an argument, as a child
/// that asks late for its parent is told the one that adopted it.
public final class WatchedProcess {

    private static final int ORDERLY_END_SECONDS_MAX = 20;

    private WatchedProcess() {}

    /// @param args the parent's process id, the class whose `main` to run, its arguments
    public static void main(String[] args) throws Throwable {
        var parent = Long.parseLong(args[0]);
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(parent));
        Class.forName(args[1])
                .getMethod("main", String[].class)
                .invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
    }

    private static void watch(long parent) {
        try {
            while (ProcessHandle.of(parent).isPresent()) {
                TimeUnit.MILLISECONDS.sleep(500);
            }
            Thread.ofPlatform().daemon().name("parent-is-gone").start(() -> System.exit(0));
            TimeUnit.SECONDS.sleep(ORDERLY_END_SECONDS_MAX);
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
