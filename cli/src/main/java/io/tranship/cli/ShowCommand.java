package io.tranship.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Shows one transfer with its history.
@Command(name = "show", description = "Show a transfer with its history.")
final class ShowCommand implements Callable<Integer> {

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "ID", description = "the transfer's id")
    private String id = "";

    ShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var api = client.api(options);
        var transfer = api.transfer(id).orElseThrow(() -> unknown(id));
        var facts = api.facts(id);
        if (options.isJson()) {
            var json = Json.object();
            json.set("transfer", transfer);
            json.set("facts", facts.path("items"));
            terminal.say(json.toString());
        } else {
            new TransferView(terminal).all(transfer, facts, Instant.now());
        }
        return 0;
    }

    static CliException unknown(String id) {
        return CliException.failed(
                "there is no transfer %s; `tranship transfers` lists them".formatted(id));
    }
}
