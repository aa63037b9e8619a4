package io.tranship.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

    @Option(
            names = "--purge",
            description = "remove all that was delivered instead, for good; asks first")
    private boolean isPurge;

    @Option(
            names = "--yes",
            paramLabel = "DESTINATION",
            description = "with --purge: the destination once more, so that nothing is asked")
    private @Nullable String confirmation;

    @Option(names = "--wait", description = "show progress, and exit by the result")
    private boolean isWaiting;

    TransferCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var wish = wish();
        if (isPurge) {
            confirm();
        }
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
        if (Stream.of(isIntegrity, isRestore, isPurge).filter(is -> is).count() > 1) {
            throw CliException.wrongUse(
                    "--integrity, --restore and --purge are different things; choose one");
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
        if (isIntegrity || isRestore || isPurge) {
            wish.put("kind", isIntegrity ? "INTEGRITY" : isRestore ? "RESTORE" : "PURGE");
        }
        if (confirmation != null && !isPurge) {
            throw CliException.wrongUse("--yes goes with --purge");
        }
        return wish;
    }

    /// Nothing brings back what a purge removes.
    private void confirm() {
        var typed = confirmation;
        if (typed == null) {
            terminal.complain(
                    "This removes %s at destination '%s' for good, with all rows that were delivered. While its schedule is enabled, the next transfer loads everything again."
                            .formatted(
                                    models.isEmpty()
                                            ? "the tables of all models"
                                            : "the tables of " + String.join(", ", models),
                                    destination));
            typed = terminal.ask("Type the destination once more to go on: ");
        }
        if (!destination.equals(typed)) {
            throw CliException.wrongUse(
                    "'%s' is not '%s', so nothing was asked for; a script says --yes %s"
                            .formatted(typed, destination, destination));
        }
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
