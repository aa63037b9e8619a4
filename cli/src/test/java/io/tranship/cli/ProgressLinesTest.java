package io.tranship.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressLinesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:05Z");
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void eachModelHasABarOfItsOwn() throws Exception {
        var lines =
                lines(
                        terminal(false, 100),
                        """
                        {"status":"RUNNING","destination_name":"acme","models":["a","b","c"],"submitted_at":"2026-01-01T00:00:00Z",
                         "progress":{"models":[{"model":"a","rows":1500,"chunks_done":1,"chunks_total":2}]},
                         "model_results":[{"model":"b","outcome":"SKIPPED","rows_written":7}]}
                        """);

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains("acme", "a", "[##########----------]", "1,500 rows", "RUNNING", "5.0 s");
        assertThat(lines.get(1)).contains("[####################]", "7 rows", "SKIPPED");
        assertThat(lines.get(2)).contains("[--------------------]", "0 rows", "RUNNING");
    }

    @Test
    void aWaitingTransferSaysWhatItWaitsFor() throws Exception {
        var lines =
                lines(
                        terminal(false, 100),
                        """
                        {"status":"PENDING","destination_name":"acme","models":["a"],
                         "blocked_by":[{"resource":"destination:1","limit":1,"position":2}]}
                        """);

        assertThat(lines)
                .singleElement()
                .asString()
                .contains("PENDING", "waits for destination:1 (limit 1, place 2)");
    }

    @Test
    void noLineOfATerminalWraps() throws Exception {
        var lines =
                lines(
                        terminal(true, 40),
                        """
                        {"status":"RUNNING","destination_name":"a-rather-long-destination","models":["m"]}
                        """);

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThan(40));
    }

    @Test
    void linesAreDrawnOverThoseBefore() throws Exception {
        terminal(true, 80).redraw(2, List.of("x"));

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\u001b[2A\r\u001b[Jx\n");
    }

    @Test
    void withoutATerminalALineIsSaidOnceForEachChange() throws Exception {
        var view = new ProgressView(terminal(false, 100));
        var running = Json.MAPPER.readTree("{\"id\":\"1\",\"status\":\"RUNNING\"}");
        var over = Json.MAPPER.readTree("{\"id\":\"1\",\"status\":\"SUCCESS\"}");

        view.show(List.of(running), NOW);
        view.show(List.of(running), NOW.plusMillis(200));
        view.show(List.of(over), NOW.plusMillis(400));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    private static List<String> lines(Terminal terminal, String transfer)
            throws JsonProcessingException {
        return new ProgressLines(terminal).of(List.of(Json.MAPPER.readTree(transfer)), NOW);
    }

    private Terminal terminal(boolean isLive, int columns) {
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Terminal(out, out, isLive, false, false, columns);
    }
}
