package io.tranship.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process of the service between every two steps of the path from topic to topic, and lets
/// the next one go on.
class KillTest {

    private static final int KEYS = 7;
    private static final int RECORDS_PER_KILL = 60;

    /// In the order of the path.
    private static final List<String> STEPS =
            List.of(
                    "polled",
                    "consumed",
                    "guarded",
                    "effected",
                    "added",
                    "committed",
                    "offset committed",
                    "read",
                    "sent",
                    "acknowledged");

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @TempDir Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, List<String>> requested = new LinkedHashMap<>();
    private TestKafka kafka;
    private TallyService service;

    @Test
    void aKillBetweenAnyTwoStepsLosesNothingDoublesNothingAndKeepsTheOrderOfEachKey()
            throws Exception {
        service = TallyService.in(folder);
        kafka = service.kafka();
        try (var producer = kafka.producer()) {
            for (var step : STEPS) {
                request(producer);
                var times = 1 + random.nextInt(4);
                try (var process = service.start(step, times)) {
                    assertThat(process.exit())
                            .as("reaches '%s' %d times (-Dseed=%d)", step, times, SEED)
                            .hasValue(Halt.EXIT);
                }
            }
            request(producer);
        }
        finish();

        var out = kafka.read(service.topics().transfers());
        requested.forEach((key, values) -> {
            assertThat(tallied(key)).as("effects, -Dseed=%d", SEED).isEqualTo(values);
            var published =
                    out.stream()
                            .filter(read -> TestKafka.text(read.key()).equals(key))
                            .map(read -> TestKafka.text(read.value()))
                            .toList();
            assertThat(new LinkedHashSet<>(published))
                    .as("published, -Dseed=%d", SEED)
                    .containsExactlyElementsOf(values);
        });
    }

    private void request(Producer<byte[], byte[]> producer) {
        for (var i = 0; i < RECORDS_PER_KILL; i++) {
            var key = "k" + random.nextInt(KEYS);
            var values = requested.computeIfAbsent(key, _ -> new ArrayList<>());
            values.add(key + "-" + values.size());
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    service.topics().requests(),
                                    TestKafka.bytes(key),
                                    TestKafka.bytes(values.getLast())));
        }
        producer.flush();
    }

    private void finish() throws Exception {
        var all = requested.values().stream().mapToInt(List::size).sum();
        try (var process = service.start("none", 1)) {
            process.until(() -> service.hasApplied(all));
        }
    }

    private List<String> tallied(String key) {
        return service.database().query("select value from tally where key = ? order by n", key);
    }
}
