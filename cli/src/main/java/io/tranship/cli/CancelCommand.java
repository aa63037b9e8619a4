package io.tranship.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Ends a transfer that waits or runs.
@Command(name = "cancel", description = "Cancel a transfer that waits, or kill one that runs.")
final class CancelCommand implements Callable<Integer> {

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "ID", description = "the transfer's id")
    private String id = "";

    CancelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var answer = client.api(options).cancel(id);
        terminal.say(
                options.isJson()
                        ? answer.toString()
                        : "transfer %s will end; `tranship show %s` says how".formatted(id, id));
        return 0;
    }
}
