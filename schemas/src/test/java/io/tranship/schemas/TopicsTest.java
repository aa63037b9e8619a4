package io.tranship.schemas;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Topics.Topic;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private static final Map<String, Topic> TOPICS =
            new Topics("t.").all().stream().collect(toMap(Topic::name, Function.identity()));

    @Test
    void thereIsADeadLetterTopicForEachTopic() {
        assertThat(TOPICS)
                .containsOnlyKeys(
                        "t.requests",
                        "t.transfers",
                        "t.work-orders",
                        "t.telemetry",
                        "t.catalog",
                        "t.dlq.requests",
                        "t.dlq.transfers",
                        "t.dlq.work-orders",
                        "t.dlq.telemetry",
                        "t.dlq.catalog");
    }

    @Test
    void noProducerCanForgeATimeThatCounts() {
        assertThat(TOPICS.values())
                .filteredOn(t -> "LogAppendTime".equals(t.settings().get("message.timestamp.type")))
                .extracting(Topic::name)
                .containsExactlyInAnyOrder("t.requests", "t.transfers", "t.telemetry");
    }

    @Test
    void recordsAreKeptAsLongAsTheyAreNeeded() {
        assertThat(retentionHours("t.requests")).isEqualTo(7 * 24);
        assertThat(retentionHours("t.transfers")).isEqualTo(90 * 24);
        assertThat(retentionHours("t.work-orders")).isEqualTo(24);
        assertThat(retentionHours("t.telemetry")).isEqualTo(1);
        assertThat(retentionHours("t.dlq.transfers")).isEqualTo(30 * 24);
        assertThat(TOPICS.get("t.telemetry").settings()).containsEntry("segment.ms", "600000");
    }

    @Test
    void theCatalogIsCompactedAndKeepsWhatWasDeletedForLong() {
        assertThat(TOPICS.get("t.catalog").settings())
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("delete.retention.ms", Long.toString(90L * 24 * 3600 * 1000));
    }

    @Test
    void oneOrderIsKeptWhereOnePartitionHasIt() {
        assertThat(TOPICS.get("t.work-orders").partitions()).isEqualTo(1);
        assertThat(TOPICS.get("t.catalog").partitions()).isEqualTo(1);
    }

    @Test
    void aDeadLetterHoldsARecordOfTheGreatestSizeAndTheReason() {
        assertThat(TOPICS.get("t.dlq.requests").settings())
                .containsEntry("max.message.bytes", "2097152");
    }

    private static long retentionHours(String topic) {
        return Long.parseLong(TOPICS.get(topic).settings().get("retention.ms")) / 3_600_000;
    }
}
