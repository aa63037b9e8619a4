package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/// See [RestoredServers].
@QuarkusTest
@TestProfile(Restored.class)
class RestoreTest {

    private static final Duration WAIT = Duration.ofSeconds(60);

    @Inject DispatchConfig config;
    @Inject AgroalDataSource database;

    /// Without waiting for the end of the log it would be dispatched a second time.
    @Test
    void aDatabaseRestoredToAnHourAgoCatchesUp() {
        await().atMost(WAIT)
                .until(() ->
                        ofTheOneThatRuns("select epoch from dispatched") == RestoredServers.EPOCH);

        assertThat(ofTheOneThatRuns("select cast(learned as int) from dispatched"))
                .as("known from the log alone")
                .isEqualTo(1);
        assertThat(ofTheOneThatRuns("select count(*) from slot")).isEqualTo(4);
    }

    private long ofTheOneThatRuns(String query) {
        return of(RestoredServers.RUNS, query);
    }

    /// The positions in topics of the same names in the old cluster are of no concern.
    @Test
    void aNewKafkaClusterIsTakenUp() {
        var id = new TransferId(UUID.randomUUID());
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", config.kafka()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    new Topics(config.topicPrefix()).requests(),
                                    "globex",
                                    RequestCodec.encode(
                                            Vendor.ask(id, "globex", TransferKind.TRANSFER))));
        }

        await().atMost(WAIT).until(() -> of(id, "select count(*) from dispatched") == 1);
    }

    @Test
    void anEmptyLogIsReadToItsEnd() {
        var partition = new TopicPartition("transfers", 0);

        assertThat(CatchUpLoop.isReached(Map.of(), Map.of())).isTrue();
        assertThat(CatchUpLoop.isReached(Map.of(partition, 3L), Map.of())).isFalse();
        assertThat(CatchUpLoop.isReached(Map.of(partition, 3L), Map.of(partition, 2L))).isFalse();
        assertThat(CatchUpLoop.isReached(Map.of(partition, 3L), Map.of(partition, 3L))).isTrue();
    }

    private long of(TransferId id, String query) {
        var one = query + " where transfer_id = '" + id + "'";
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(one)) {
            return rows.next() ? rows.getLong(1) : -1;
        } catch (SQLException e) {
            throw new AssertionError(one, e);
        }
    }
}
