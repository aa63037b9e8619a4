package io.tranship.dispatch;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Target;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.servers.ServiceTestResource;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.Flyway;

/// Before the service starts: a log in which a transfer was dispatched, with much between its first
/// fact and that, and a database that knows of nothing but the positions in another Kafka cluster's
/// topics of the same names.
public class RestoredServers implements QuarkusTestResourceLifecycleManager {

    static final TransferId RUNS = new TransferId(new UUID(0x0193000000007000L, 1));
    static final long EPOCH = 5;

    private static final int BETWEEN = 20_000;

    private final ServiceTestResource servers = new ServiceTestResource();

    @Override
    public Map<String, String> start() {
        var config = servers.start();
        try {
            otherClustersPositions(config);
        } catch (SQLException e) {
            throw new IllegalStateException("the old database cannot be made", e);
        }
        fill(config);
        return config;
    }

    @Override
    public void stop() {
        servers.stop();
    }

    private static void otherClustersPositions(Map<String, String> config) throws SQLException {
        var url =
                "jdbc:postgresql://%s:%s/%s"
                        .formatted(
                                config.get("tranship.db.host"),
                                config.get("tranship.db.port"),
                                config.get("tranship.db.name"));
        var user = config.get("tranship.db.user");
        var password = config.get("tranship.db.password");
        Flyway.configure()
                .dataSource(url, user, password)
                .locations("db/migration", "db/outbox")
                .load()
                .migrate();
        try (var connection = DriverManager.getConnection(url, user, password);
                var insert =
                        connection.prepareStatement(
                                "insert into inbox (reader, topic_id, partition, topic, next) values (?, ?, ?, ?, 1000000)")) {
            for (var name : List.of("requests", "transfers", "catalog", "telemetry")) {
                var id = UUID.randomUUID();
                for (var partition = 0; partition < 4; partition++) {
                    insert.setString(1, "dispatch-" + name);
                    insert.setObject(2, id);
                    insert.setInt(3, partition);
                    insert.setString(4, config.get("tranship.topic-prefix") + name);
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    private static void fill(Map<String, String> config) {
        var topics = new Topics(config.get("tranship.topic-prefix"));
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", config.get("tranship.kafka")),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            for (var entry : Vendor.withOneOfEach().destination("globex", "globex").records()) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        topics.catalog(), entry.key(), CatalogCodec.encode(entry)));
            }
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    topics.telemetry(),
                                    "launcher-1",
                                    TelemetryCodec.encode(
                                            new Telemetry.LauncherRoom(
                                                    "launcher-1", "host", 20, 0))));
            log(producer, topics, requested());
            for (var i = 0; i < BETWEEN; i++) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        topics.transfers(),
                                        RUNS.toString(),
                                        FactCodec.encode(
                                                new Expired(new TransferId(new UUID(1, i))))));
            }
            log(
                    producer,
                    topics,
                    new Dispatched(
                            RUNS,
                            EPOCH,
                            new Target("acme", "acme", "acme", List.of("app"), List.of("invoices")),
                            List.of(),
                            Instant.EPOCH));
        }
    }

    private static Requested requested() {
        return new Requested(
                RUNS,
                Vendor.ask(RUNS, "acme", TransferKind.TRANSFER),
                Instant.now().minusSeconds(600),
                Instant.now().plus(Duration.ofHours(5)),
                null);
    }

    private static void log(
            KafkaProducer<String, byte[]> producer, Topics topics, TransferFact fact) {
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topics.transfers(),
                                fact.transferId().toString(),
                                FactCodec.encode(fact)));
    }
}
