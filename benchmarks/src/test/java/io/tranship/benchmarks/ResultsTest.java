package io.tranship.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ResultsTest {

    @Test
    void aFigureIsComparedByMediansWithItsBaseline() throws Exception {
        var results = new Results(Map.of());
        results.add("db_scheduler", "jobs/s", List.of(100.0, 400.0, 200.0));
        results.add("transfers", "transfers/s", List.of(500.0), "db_scheduler");

        var figures = new ObjectMapper().readTree(results.json()).get("results");

        assertThat(figures.get(0).get("median").asDouble()).isEqualTo(200);
        assertThat(figures.get(0).get("max").asDouble()).isEqualTo(400);
        assertThat(figures.get(1).get("ratio").asDouble()).isEqualTo(2.5);
        assertThat(results.table()).contains("2.50 x db_scheduler");
    }

    @Test
    void aBusyProcessCostsProcessorTime() {
        var cpu = new Cpu(ProcessHandle.current().pid());
        var before = cpu.seconds();
        var end = System.nanoTime() + 100_000_000;
        var turns = 0L;
        while (System.nanoTime() < end) {
            turns++;
        }

        assertThat(turns).isPositive();
        assertThat(cpu.seconds()).isGreaterThan(before);
    }

    @Test
    void allDestinationsCanRunAtOnceUnderTheirSourcesLimits() throws Exception {
        var records = CatalogOf.destinations(Sizes.DESTINATIONS);
        for (var each : records) {
            assertThat(CatalogCodec.decode(CatalogCodec.encode(each))).isEqualTo(each);
        }

        var limit =
                records.stream()
                        .filter(Source.class::isInstance)
                        .mapToInt(each -> ((Source) each).maxConcurrentTransfers())
                        .sum();
        var destinations = records.stream().filter(Destination.class::isInstance).count();

        assertThat(destinations).isEqualTo(Sizes.DESTINATIONS).isEqualTo(limit);
        assertThat(records.stream().map(CatalogRecord::key).collect(Collectors.toSet()))
                .hasSize(records.size());
    }
}
