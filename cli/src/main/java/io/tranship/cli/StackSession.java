package io.tranship.cli;

import io.tranship.servers.ServerException;
import java.nio.file.Path;

/// A stack that lives as long as the work that needs it, and ends in order also on Ctrl-C and
/// SIGTERM.
record StackSession(Home home, PortPlan ports, Path root, StackView view) {

    /// What a shell reports of a program that Ctrl-C ended.
    private static final int INTERRUPTED = 130;

    interface Work {
        int on(Stack stack) throws Exception;
    }

    int run(Work work) throws Exception {
        try (var stack = new Stack(home, ports, root, view::ready)) {
            var hook = new Thread(() -> stop(stack), "stop");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                stack.start();
                return work.on(stack);
            } catch (CliException | ServerException e) {
                if (stack.isStopping()) {
                    return INTERRUPTED;
                }
                throw e;
            } finally {
                release(hook);
            }
        }
    }

    private void stop(Stack stack) {
        view.stopping();
        stack.stop();
        view.stopped();
    }

    private static void release(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // It is at work already, and this process ends with it.
        }
    }
}
