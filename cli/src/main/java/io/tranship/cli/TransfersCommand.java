package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists transfers, the latest first.
@Command(name = "transfers", description = "List transfers, the latest first.")
final class TransfersCommand implements Callable<Integer> {

    private static final int PAGE_MAX = 100;
    private static final int LIMIT_MAX = 10_000;

    private final Terminal terminal;
    @Mixin private final Options options = new Options();
    @Mixin private final ClientOptions client = new ClientOptions();

    @Option(names = "--status", paramLabel = "S", description = "only those, such as RUNNING")
    private @Nullable String status;

    @Option(
            names = "--destination",
            paramLabel = "D",
            description = "only those of one, name or id")
    private @Nullable String destination;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "at most (default: ${DEFAULT-VALUE})")
    private int limit = 20;

    TransfersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw CliException.wrongUse(
                    "--limit %d is not from 1 to %d".formatted(limit, LIMIT_MAX));
        }
        var list = list(client.api(options));
        if (options.isJson()) {
            terminal.say(list.toString());
        } else {
            new TransferView(terminal)
                    .table(list.path("items"), Instant.now())
                    .forEach(terminal::say);
        }
        return 0;
    }

    private JsonNode list(Api api) {
        var all = Json.object();
        var items = all.putArray("items");
        var cursor = "";
        do {
            var page = api.transfers(filters(Math.min(PAGE_MAX, limit - items.size()), cursor));
            page.path("items").forEach(items::add);
            cursor = page.path("next_cursor").asText("");
            if (cursor.equals("null")) {
                cursor = "";
            }
        } while (!cursor.isEmpty() && items.size() < limit);
        return all.put("next_cursor", cursor.isEmpty() ? null : cursor);
    }

    private Map<String, String> filters(int size, String cursor) {
        var filters = new LinkedHashMap<String, String>();
        filters.put("order", "-submitted_at");
        filters.put("page_size", Integer.toString(size));
        if (status != null) {
            filters.put("status", status);
        }
        if (destination != null) {
            filters.put("destination", destination);
        }
        if (!cursor.isEmpty()) {
            filters.put("cursor", cursor);
        }
        return filters;
    }
}
