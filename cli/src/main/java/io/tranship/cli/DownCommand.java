package io.tranship.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Stops the system that another terminal started, and what a killed one left.
@Command(name = "down", description = "Stop the system; the data stays.")
final class DownCommand implements Callable<Integer> {

    private static final int STOP_SECONDS_MAX = 120;

    private final Terminal terminal;
    @Mixin private final Options options = new Options();

    DownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var home = options.home();
        var owner = StackState.read(home).flatMap(state -> state.owner().find());
        owner.ifPresent(DownCommand::stop);
        var wasLeft = Stack.awaitLeftovers(home);
        StackState.forget(home);
        answer(owner.isPresent() || wasLeft, home);
        return 0;
    }

    private void answer(boolean wasRunning, Home home) {
        if (options.isJson()) {
            terminal.say(Json.object().put("stopped", wasRunning).toString());
        } else {
            terminal.say(wasRunning ? "stopped" : "nothing runs in " + home.folder());
        }
    }

    private static void stop(ProcessHandle owner) {
        owner.destroy();
        owner.onExit()
                .orTimeout(STOP_SECONDS_MAX, TimeUnit.SECONDS)
                .exceptionally(_ -> {
                    owner.destroyForcibly();
                    return owner;
                })
                .join();
    }
}
