package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Shows one transfer until it is over, or the latest ones until Ctrl-C.
@Command(name = "watch", description = "Watch a transfer until it ends, or the latest ones.")
final class WatchCommand implements Callable<Integer> {

    private static final Map<String, String> LATEST =
            Map.of("order", "-submitted_at", "page_size", "20");

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "one transfer's id")
    private @Nullable String id;

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        var api = client.api(options);
        return id == null ? latest(api) : one(api, id);
    }

    private int one(Api api, String transferId) {
        var name =
                api.transfer(transferId)
                        .orElseThrow(() -> ShowCommand.unknown(transferId))
                        .path("destination_name")
                        .asText();
        var view = new ProgressView(terminal);
        var transfer =
                new Follower(api, InstantSource.system())
                        .follow(Map.of(transferId, name), (known, now) -> show(view, known, now))
                        .getFirst();
        if (!options.isJson()) {
            new TransferView(terminal).outcome(transfer);
        }
        return transfer.path("status").asText().equals("SUCCESS") ? 0 : CliException.FAILED;
    }

    private void show(ProgressView view, List<JsonNode> known, Instant now) {
        if (options.isJson()) {
            known.forEach(transfer -> terminal.say(transfer.toString()));
        } else {
            view.show(known, now);
        }
    }

    private int latest(Api api) throws InterruptedException {
        var drawn = 0;
        var said = List.<String>of();
        while (true) {
            var page = api.transfers(LATEST);
            var lines =
                    new TransferView(terminal)
                            .table(page.path("items"), Instant.now()).stream()
                                    .map(terminal::clipped)
                                    .toList();
            if (options.isJson()) {
                terminal.say(page.toString());
            } else if (terminal.isLive()) {
                terminal.redraw(drawn, lines);
                drawn = lines.size();
            } else if (!lines.equals(said)) {
                lines.forEach(terminal::say);
                said = lines;
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }
}
