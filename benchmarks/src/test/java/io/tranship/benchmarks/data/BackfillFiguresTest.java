package io.tranship.benchmarks.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tranship.benchmarks.Results;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.WatermarkBasis;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackfillFiguresTest {

    private static final Instant BEGAN = Instant.ofEpochMilli(1_000_000);

    private final Turns turns = new Turns();
    private final Results results = new Results(Map.of());

    @Test
    void aTurnIsComparedWithTheOtherOfTheSameRound() throws Exception {
        turn("backfill_bare_loop", 10);
        turn("backfill", 12);
        turn("backfill_bare_loop", 20);
        turn("backfill", 22);
        turn("backfill_bare_loop", 10);
        turn("backfill", 13);

        new BackfillFigures(turns, 1_300).addTo(results, List.of(ordered()), List.of());

        assertThat(figure("backfill").get("median").asDouble()).isEqualTo(13);
        assertThat(figure("backfill").get("ratio").asDouble()).isEqualTo(1.3);
        assertThat(figure("backfill_rate").get("median").asDouble()).isEqualTo(100);
        assertThat(figure("backfill_by_backfill_bare_loop").get("median").asDouble())
                .isEqualTo(1.2);
        assertThat(figure("backfill_by_backfill_bare_loop").get("min").asDouble()).isEqualTo(1.1);
    }

    @Test
    void whatTookPartInFewerRoundsIsComparedInThese() {
        turn("backfill_pgloader", 30);
        turn("backfill", 10);
        turn("backfill", 15);

        assertThat(turns.times("backfill_pgloader", "backfill")).containsExactly(3.0);
    }

    @Test
    void whatIsNotOnTheMachineHasNoFigure() throws Exception {
        turn("backfill_bare_loop", 10);
        turn("backfill", 12);

        new BackfillFigures(turns, 100).addTo(results, List.of(ordered()), List.of());

        assertThat(all()).noneMatch(each -> each.get("name").asText().contains("psql"));
        assertThat(all()).noneMatch(each -> each.get("name").asText().contains("2_streams"));
    }

    @Test
    void whatRunsInTheBenchmarksOwnProcessHasNoPeakOfMemory() throws Exception {
        turns.add("backfill_bare_loop", new Taken(10, 1, 1, 1, 0));
        turn("backfill_psql_binary", 10);

        new BackfillFigures(turns, 100).addTo(results, List.of(), List.of());

        assertThat(figure("backfill_psql_binary_peak").get("median").asDouble()).isEqualTo(100);
        assertThat(all())
                .noneMatch(each -> each.get("name").asText().equals("backfill_bare_loop_peak"));
    }

    @Test
    void theKernelsMarkIsReadInMegabytes() {
        assertThat(Peak.megabytes("Name:\tjava\nVmHWM:\t  102400 kB\nVmRSS:\t 1 kB\n"))
                .isEqualTo(100);
        assertThat(Peak.megabytes("Name:\tjava\n")).isZero();
    }

    @Test
    void theControlPathIsWhatIsNotTheRunnersWork() {
        var run = ordered();

        assertThat(run.secondsToStarted()).isEqualTo(0.1);
        assertThat(run.secondsToFirstRow()).isEqualTo(0.4);
        assertThat(run.secondsOfRun()).isEqualTo(2);
        assertThat(run.secondsOfControl()).isEqualTo(0.5);
    }

    @Test
    void changedRowsAreAWholePartOfAllRows() {
        assertThatThrownBy(() -> new DataSizes(1_000, 300, 1, 1, 0))
                .hasMessageContaining("1000 rows are no whole multiple of twice 300");
    }

    private void turn(String name, double seconds) {
        turns.add(name, new Taken(seconds, 1, 1, 1, 100));
    }

    /// Two seconds of work in two and a half.
    private static Ordered ordered() {
        var receipt =
                new Receipt(
                        null, null, WatermarkBasis.LOOKBACK, null, 1, 1, 1, 0, 0, 0, 1, 1, false);
        var result =
                new ModelResult(
                        "invoices",
                        1,
                        ModelResult.Outcome.SUCCESS,
                        receipt,
                        null,
                        null,
                        BEGAN,
                        BEGAN.plusSeconds(2));
        return new Ordered(
                result,
                new Taken(2.5, 1, 1, 1, 100),
                999_800,
                999_900,
                1_000_200,
                1_002_300,
                0.2,
                1);
    }

    private Iterable<JsonNode> all() throws Exception {
        return new ObjectMapper().readTree(results.json()).get("results");
    }

    private JsonNode figure(String name) throws Exception {
        for (var each : all()) {
            if (each.get("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no figure " + name);
    }
}
