package io.tranship.cli;

import io.tranship.servers.ServerException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/// The command and its exit codes: 0 success, 1 a failed result, 2 wrong use.
@Command(
        name = "tranship",
        description = "Sends each of your customers their own data.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = "tranship 0.1.0",
        footer = {
            "",
            "tranship test [MAVEN ARGS] runs all tests (`mvn verify` under the right JDK).",
            "Exit codes: 0 success, 1 a failed result, 2 wrong use."
        })
public final class Tranship {

    private Tranship() {}

    public static void main(String[] args) {
        var terminal = Terminal.of(System.getenv(), System.getProperties());
        var root = Path.of(System.getProperty("tranship.root", "")).toAbsolutePath();
        System.exit(run(terminal, root, args));
    }

    static int run(Terminal terminal, Path root, String... args) {
        var command = new CommandLine(new Tranship());
        List.of(
                        new DemoCommand(terminal, root),
                        new UpCommand(terminal, root),
                        new DownCommand(terminal),
                        new ApplyCommand(terminal),
                        new TransferCommand(terminal),
                        new TransfersCommand(terminal),
                        new ShowCommand(terminal),
                        new WatchCommand(terminal),
                        new CancelCommand(terminal))
                .forEach(command::addSubcommand);
        command.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        command.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        command.setColorScheme(
                CommandLine.Help.defaultColorScheme(terminal.isColoured() ? Ansi.ON : Ansi.OFF));
        command.setExecutionExceptionHandler(
                (failure, _, parsed) -> explain(terminal, failure, parsed));
        if (args.length == 0) {
            command.usage(terminal.err());
            return CliException.WRONG_USE;
        }
        return command.execute(args);
    }

    private static int explain(Terminal terminal, Exception failure, ParseResult parsed)
            throws Exception {
        var message =
                switch (failure) {
                    case CliException e -> e.getMessage();
                    case ServerException e -> e.getMessage();
                    default -> throw failure;
                };
        if (isJson(parsed)) {
            var json = Json.object().put("error", message);
            if (failure instanceof CliException e && e.problem() != null) {
                json.set("problem", e.problem());
            }
            terminal.say(json.toString());
        } else {
            terminal.complain(terminal.bad("error: ") + message);
        }
        return failure instanceof CliException e ? e.exitCode() : CliException.FAILED;
    }

    private static boolean isJson(ParseResult parsed) {
        return parsed.subcommands().stream().anyMatch(sub -> sub.hasMatchedOption("--json"));
    }
}
