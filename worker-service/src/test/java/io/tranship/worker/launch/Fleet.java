package io.tranship.worker.launch;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Secret;
import io.tranship.schemas.SecretResolver;
import io.tranship.schemas.Target;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import io.tranship.servers.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/// The rest of the fleet, played by a test: it dispatches, and reads all that is said.
final class Fleet implements AutoCloseable {

    static {
        try {
            // A service under test may have been the first to ask for drivers, with a loader of its
            // own.
            Class.forName("org.postgresql.Driver");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    static final String CANARY = "canary-s3cr3t";

    final TestServers servers = TestServers.get();
    final String kafka;
    final Topics topics;
    final List<TransferFact> log = new CopyOnWriteArrayList<>();
    final List<Telemetry> telemetry = new CopyOnWriteArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread reader;
    private final Random random = new Random();
    private volatile boolean closed;

    Fleet() {
        this(TestServers.get().kafkaBootstrap(), new Topics(TestServers.get().newTopicPrefix()));
    }

    /// On a broker of the test's own.
    Fleet(String kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka, "linger.ms", "0"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    LauncherSettings settings(String launcher, LaunchTimes times) {
        return new LauncherSettings(
                launcher,
                "test-host",
                2,
                Map.of("bootstrap.servers", kafka),
                topics,
                times,
                Duration.ofSeconds(30),
                100_000,
                10_000);
    }

    /// A busy machine holds a runner up for seconds.
    static LaunchTimes times() {
        return times(Duration.ofSeconds(20));
    }

    static LaunchTimes times(Duration selfFence) {
        return new LaunchTimes(
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                selfFence,
                Duration.ofSeconds(8),
                Duration.ofSeconds(1),
                selfFence.plusSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    static LauncherSettings.Processes processes(Path scratch) {
        return new LauncherSettings.Processes(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                RunnerClassPath.of(System.getProperty("java.class.path")),
                "128m",
                List.of(),
                null,
                scratch,
                1,
                Duration.ofSeconds(30));
    }

    /// An order of one model of which the source and the destination are new databases; `rows` rows
    /// are the tenant's.
    WorkOrder order(int rows) throws SQLException {
        var from = servers.newDatabase("source");
        var to = servers.newDatabase("destination");
        try (var connection =
                        DriverManager.getConnection(
                                servers.jdbcUrl(from),
                                servers.postgresUser(),
                                servers.postgresPassword());
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    create table invoices (
                        id bigint primary key,
                        organization_id text not null,
                        total numeric(12, 2),
                        updated_at timestamptz not null default now());
                    create index on invoices (organization_id, id);
                    create index on invoices (organization_id, updated_at);
                    insert into invoices (id, organization_id, total)
                    select n, 'org_1', n from generate_series(1, %d) n\
                    """
                            .formatted(rows));
        }
        return order(endpoint(from), endpoint(to));
    }

    WorkOrder order(Postgres from, Postgres to) {
        var id = new TransferId(UuidV7.draw(Instant.now(), random));
        var source = new Source(uuid(), "app", 1, from, 10, 1, null, null);
        var model =
                new Model(
                        uuid(),
                        "invoices",
                        1,
                        source.id(),
                        "invoices",
                        new Tenancy.ByColumn("organization_id"),
                        List.of("id"),
                        new LastModified("updated_at", null),
                        NullLastModified.BACKFILL_ONLY,
                        100,
                        List.of(),
                        null,
                        false);
        var recipient = new Recipient(uuid(), "acme", 1, "org_1");
        var destination =
                new Destination(
                        uuid(),
                        "acme-warehouse",
                        1,
                        recipient.id(),
                        to,
                        List.of("*"),
                        true,
                        0,
                        1,
                        1,
                        List.of());
        return new WorkOrder(
                id,
                System.currentTimeMillis(),
                Instant.now().plusSeconds(60),
                uuid(),
                TransferRequest.plain(id, destination.name(), Actor.SCHEDULE),
                destination,
                recipient,
                List.of(source),
                List.of(model));
    }

    /// Locks the source's table, so that a transfer stays where it is.
    Connection hold(WorkOrder order) throws SQLException {
        var source = (Postgres) order.sources().getFirst().endpoint();
        var connection =
                DriverManager.getConnection(
                        servers.jdbcUrl(source.database()),
                        servers.postgresUser(),
                        servers.postgresPassword());
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("lock table invoices in access exclusive mode");
        }
        return connection;
    }

    /// Process id of the order's runner, by its heartbeats.
    long pidOf(WorkOrder order) {
        Awaitility.await().until(() -> beatenPid(order) > 0);
        return beatenPid(order);
    }

    private long beatenPid(WorkOrder order) {
        return heartbeats(order).stream().mapToLong(Heartbeat::pid).max().orElse(0);
    }

    Finished ended(WorkOrder order) {
        Awaitility.await().until(() -> !facts(Finished.class, order).isEmpty());
        return facts(Finished.class, order).getFirst();
    }

    Postgres endpoint(String database) {
        return new Postgres(
                servers.postgresHost(),
                servers.postgresPort(),
                database,
                "public",
                servers.postgresUser(),
                new Secret.Env("PASSWORD"),
                Postgres.SslMode.PREFER,
                null);
    }

    SecretStore secrets(Path folder) {
        return new SecretStore(
                new SecretResolver(
                        "launcher",
                        () -> FleetKey.readOrCreate(folder.resolve("fleet.key")),
                        name ->
                                switch (name) {
                                    case "PASSWORD" -> servers.postgresPassword();
                                    case "CANARY" -> CANARY;
                                    case null, default -> null;
                                },
                        null,
                        ""));
    }

    void dispatch(WorkOrder order) {
        say(dispatched(order));
        order(order);
    }

    static Dispatched dispatched(WorkOrder order) {
        return new Dispatched(
                order.transferId(),
                order.epoch(),
                new Target(
                        order.destination().id(),
                        order.destination().name(),
                        order.recipient().id(),
                        List.of(),
                        List.of("invoices")),
                List.of(new ModelRevision("invoices", 1)),
                order.startBy());
    }

    void order(WorkOrder order) {
        send(topics.workOrders(), order.transferId().toString(), WorkOrderCodec.encode(order));
    }

    void say(TransferFact fact) {
        send(topics.transfers(), fact.transferId().toString(), FactCodec.encode(fact));
    }

    void send(String topic, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    List<TransferFact> factsOf(WorkOrder order) {
        return facts(TransferFact.class, order);
    }

    <F extends TransferFact> List<F> facts(Class<F> type, WorkOrder order) {
        return log.stream()
                .filter(fact -> fact.transferId().equals(order.transferId()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<Heartbeat> heartbeats(WorkOrder order) {
        return telemetry.stream()
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .filter(beat -> beat.transferId().equals(order.transferId()))
                .toList();
    }

    private void read() {
        while (!closed) {
            try {
                readOn();
            } catch (KafkaException _) {
                // The broker may be away in a test.
            }
        }
    }

    private void readOn() {
        log.clear();
        telemetry.clear();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka,
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var partitions =
                    List.of(topics.transfers(), topics.telemetry()).stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                for (var read : consumer.poll(Duration.ofMillis(200))) {
                    if (read.topic().equals(topics.transfers())) {
                        log.add(FactCodec.decode(read.value()));
                    } else {
                        telemetry.add(TelemetryCodec.decode(read.value()));
                    }
                }
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String uuid() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
