package io.tranship.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Asks for a transfer.
@Command(
        name = "transfer",
        description = "Ask for a transfer to a destination.",
        sortOptions = false)
final class TransferCommand implements Callable<Integer> {

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "DESTINATION", description = "name or id")
    private String destination = "";

    @Option(names = "--model", paramLabel = "M", description = "only this one; may be repeated")
    private List<String> models = List.of();

    @Option(names = "--full-refresh", description = "load all history again")
    private boolean isFullRefresh;

    @Option(names = "--accept-shrink", description = "replace a table also by a much smaller one")
    private boolean isShrinkAccepted;

    @Option(names = "--adopt", description = "take over a table that was not made by Tranship")
    private boolean isAdopting;

    @Option(names = "--from", paramLabel = "T", description = "only rows modified from then on")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "T", description = "only rows modified before then")
    private @Nullable String to;

    @Option(names = "--integrity", description = "compare source and destination instead")
    private boolean isIntegrity;

    @Option(names = "--repair", description = "with --integrity: transfer what differs")
    private boolean isRepair;

    @Option(names = "--restore", description = "bring back what the last full refresh replaced")
    private boolean isRestore;

    @Option(names = "--wait", description = "show progress, and exit by the result")
    private boolean isWaiting;

    TransferCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var wish = wish();
        var api = client.api(options);
        var id = api.ask(destination, wish);
        if (isWaiting) {
            return wait(api, id);
        }
        terminal.say(
                options.isJson()
                        ? Json.object().put("transfer_id", id).toString()
                        : "transfer %s is asked for; `tranship watch %s` shows it"
                                .formatted(id, id));
        return 0;
    }

    private int wait(Api api, String id) {
        var view = new ProgressView(terminal);
        if (!options.isJson()) {
            terminal.say("transfer " + id);
        }
        var transfer =
                new Follower(api, InstantSource.system())
                        .follow(
                                Map.of(id, destination),
                                (known, now) -> {
                                    if (!options.isJson()) {
                                        view.show(known, now);
                                    }
                                })
                        .getFirst();
        if (options.isJson()) {
            terminal.say(transfer.toString());
        } else {
            new TransferView(terminal).outcome(transfer);
        }
        return transfer.path("status").asText().equals("SUCCESS") ? 0 : CliException.FAILED;
    }

    private ObjectNode wish() {
        if (isIntegrity && isRestore) {
            throw CliException.wrongUse("--integrity and --restore are two things; choose one");
        }
        if (isRepair && !isIntegrity) {
            throw CliException.wrongUse("--repair goes with --integrity");
        }
        var wish = Json.object();
        if (!models.isEmpty()) {
            models.forEach(wish.withArray("models")::add);
        }
        put(wish, "full_refresh", isFullRefresh);
        put(wish, "accept_shrink", isShrinkAccepted);
        put(wish, "adopt", isAdopting);
        put(wish, "repair", isRepair);
        put(wish, "start_window_at", "--from", from);
        put(wish, "end_window_at", "--to", to);
        if (isIntegrity || isRestore) {
            wish.put("kind", isIntegrity ? "INTEGRITY" : "RESTORE");
        }
        return wish;
    }

    private static void put(ObjectNode wish, String field, boolean isSet) {
        if (isSet) {
            wish.put(field, true);
        }
    }

    private static void put(ObjectNode wish, String field, String option, @Nullable String time) {
        if (time != null) {
            try {
                wish.put(field, OffsetDateTime.parse(time).toInstant().toString());
            } catch (DateTimeException _) {
                throw CliException.wrongUse(
                        "%s '%s' is no time; write it like 2026-01-31T00:00:00Z"
                                .formatted(option, time));
            }
        }
    }
}
