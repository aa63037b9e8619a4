package io.tranship.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers of one's own, as `tranship up` runs them: what they acknowledged survives SIGKILL.
final class LocalServersTest {

    private static final Path CACHE = SharedProcesses.folder().resolve("cache");

    @TempDir Path folder;

    @Test
    void whatPostgresCommittedSurvivesAKill() throws Exception {
        try (var postgres = durable().start()) {
            run(postgres, "create table kept (n int)");
            run(postgres, "insert into kept values (7)");

            postgres.kill();
            postgres.start();

            try (var connection = postgres.connect("postgres");
                    var rows = connection.createStatement().executeQuery("select n from kept")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void postgresWritesEveryCommitToTheDiskAndAsksForThePassword() throws Exception {
        try (var postgres = durable().start()) {
            try (var connection = postgres.connect("postgres")) {
                for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                    try (var rows = connection.createStatement().executeQuery("show " + setting)) {
                        rows.next();
                        assertThat(rows.getString(1)).as(setting).isEqualTo("on");
                    }
                }
            }
            var stranger =
                    new LocalPostgres(
                            folder,
                            CACHE,
                            postgres.port(),
                            "wrong",
                            LocalPostgres.Durability.DURABLE);

            assertThatThrownBy(() -> stranger.connect("postgres"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
        }
    }

    @Test
    void aPostgresThatOutlivedItsParentIsStoppedByTheNextStart() throws Exception {
        var orphan = durable().start();
        run(orphan, "create table kept (n int)");

        try (var next =
                new LocalPostgres(
                        folder, CACHE, Ports.free(), "secret", LocalPostgres.Durability.DURABLE)) {
            next.start();

            assertThat(orphan.isAlive()).isFalse();
            run(next, "select n from kept");
        }
    }

    @Test
    void whatKafkaAcknowledgedSurvivesAKill() throws Exception {
        try (var kafka =
                new LocalKafka(
                                folder.resolve("kafka"),
                                Ports.free(),
                                Ports.free(),
                                ProcessHandle.current())
                        .start()) {
            TopicSetup.create(kafka.bootstrap(), new Topics("kept."));
            try (var producer =
                    new KafkaProducer<>(
                            Map.of("bootstrap.servers", kafka.bootstrap()),
                            new StringSerializer(),
                            new StringSerializer())) {
                producer.send(new ProducerRecord<>("kept.catalog", "key", "value")).get();
            }

            kafka.kill();
            kafka.start();
            TopicSetup.create(kafka.bootstrap(), new Topics("kept."));

            try (var consumer =
                    new KafkaConsumer<>(
                            Map.of("bootstrap.servers", kafka.bootstrap()),
                            new StringDeserializer(),
                            new StringDeserializer())) {
                var partition = new TopicPartition("kept.catalog", 0);
                assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 1L);
            }
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var kafka =
                        new LocalKafka(
                                folder,
                                taken.getLocalPort(),
                                Ports.free(),
                                ProcessHandle.current())) {
            assertThatThrownBy(kafka::start)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("Kafka");
        }
    }

    private LocalPostgres durable() {
        return new LocalPostgres(
                folder, CACHE, Ports.free(), "secret", LocalPostgres.Durability.DURABLE);
    }

    private static void run(LocalPostgres postgres, String sql) throws SQLException {
        try (var connection = postgres.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
