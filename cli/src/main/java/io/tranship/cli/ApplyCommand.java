package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Makes the catalog say what a file says.
@Command(
        name = "apply",
        description = "Create and update sources, models, recipients and destinations.")
final class ApplyCommand implements Callable<Integer> {

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Option(names = "-f", required = true, paramLabel = "FILE", description = "the catalog file")
    private Path path = Path.of("catalog.yaml");

    @Option(names = "--dry-run", description = "say what would change, and change nothing")
    private boolean isDryRun;

    ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var read = CatalogFile.read(path);
        var answer = client.api(options).putCatalog(read.json(), isDryRun);
        if (answer.isRefused() && !answer.body().path("errors").isEmpty()) {
            throw CliException.refused(located(read.file(), answer.body()), answer.body());
        }
        show(read.file(), answer.orRefuse());
        return 0;
    }

    private static String located(CatalogFile file, JsonNode problem) {
        var text = new StringBuilder("the catalog is not applied");
        for (var error : problem.path("errors")) {
            text.append("\n  ").append(line(file, error));
        }
        return text.toString();
    }

    private static String line(CatalogFile file, JsonNode fault) {
        var field = fault.path("field").asText();
        return "%s: %s: %s".formatted(file.placeOf(field), field, fault.path("detail").asText());
    }

    private void show(CatalogFile file, JsonNode answer) {
        if (options.isJson()) {
            terminal.say(answer.toString());
            return;
        }
        var counted = 0;
        for (var change : answer.path("changes")) {
            var word = change.path("change").asText();
            if (!word.equals("unchanged")) {
                counted++;
            }
            terminal.say(
                    "  %s %-12s %s"
                            .formatted(
                                    coloured(word),
                                    change.path("kind").asText(),
                                    change.path("name").asText()));
        }
        for (var warning : answer.path("warnings")) {
            terminal.complain("warning: " + line(file, warning));
        }
        terminal.say(
                "%d of %d %s"
                        .formatted(
                                counted,
                                answer.path("changes").size(),
                                isDryRun ? "would change; nothing was changed" : "changed"));
    }

    private String coloured(String word) {
        var padded = "%-10s".formatted(word);
        return switch (word) {
            case "created" -> terminal.good(padded);
            case "updated" -> terminal.strong(padded);
            default -> terminal.faint(padded);
        };
    }
}
