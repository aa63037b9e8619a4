package io.tranship.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is shown as one honest run is one: whole, and its ratios follow from its figures.
class SampleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    sample.json      | intake transfers request_to_order_p50 fold
                    sample-data.json | backfill backfill_bare_loop incremental incremental_by_hand
                    """)
    void aSampleIsWholeAndItsRatiosFollowFromItsFigures(String name, String figures)
            throws Exception {
        var file = Path.of("results", name);
        assumeThat(file).exists();

        var sample = new ObjectMapper().readTree(file.toFile());

        assertThat(sample.get("machine").fieldNames())
                .toIterable()
                .contains("begun", "processors", "processor", "load_at_begin", "java", "sizes");
        var medians = medians(sample.get("results"));
        assertThat(medians).containsKeys(figures.split(" "));
        for (var figure : sample.get("results")) {
            assertFollows(figure, medians);
        }
    }

    private static Map<String, Double> medians(JsonNode results) {
        var medians = new HashMap<String, Double>();
        for (var figure : results) {
            medians.put(figure.get("name").asText(), figure.get("median").asDouble());
        }
        return medians;
    }

    private static void assertFollows(JsonNode figure, Map<String, Double> medians) {
        var name = figure.get("name").asText();
        assertThat(figure.get("median").asDouble())
                .as(name)
                .isBetween(figure.get("min").asDouble(), figure.get("max").asDouble());
        assertThat(figure.get("runs").asInt()).as(name).isPositive();
        if (!figure.get("ratio").isNull()) {
            var baseline = medians.get(figure.get("baseline").asText());
            assertThat(baseline).as("baseline of " + name).isNotNull();
            var ratio = figure.get("median").asDouble() / baseline;
            assertThat(figure.get("ratio").asDouble())
                    .as(name)
                    .isBetween(ratio * 0.98 - 0.001, ratio * 1.02 + 0.001);
        }
    }
}
