package io.tranship.servers;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// One Kafka broker (KRaft, broker and controller in one) as a child process on the loopback.
///
/// What it acknowledged is in the page cache and survives its own death; a restart on the same
/// folder keeps all. It ends by itself when this process is gone.
public final class LocalKafka implements LocalServer {

    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /// A killed member's partitions wait for the end of its session, hence the short ones.
    private static final String SETTINGS =
            """
            process.roles=broker,controller
            node.id=1
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            auto.create.topics.enable=false
            offsets.topic.num.partitions=1
            offsets.topic.replication.factor=1
            transaction.state.log.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.coordinator.rebalance.protocols=classic,consumer,share
            group.initial.rebalance.delay.ms=0
            group.consumer.min.session.timeout.ms=3000
            group.consumer.session.timeout.ms=6000
            group.consumer.min.heartbeat.interval.ms=500
            group.consumer.heartbeat.interval.ms=1000
            group.share.min.session.timeout.ms=3000
            group.share.session.timeout.ms=6000
            group.share.min.heartbeat.interval.ms=500
            group.share.heartbeat.interval.ms=1000
            group.share.min.record.lock.duration.ms=1000
            """;

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private final ProcessHandle owner;
    private final @Nullable Guard guard;
    private volatile @Nullable Child child;

    /// A second way in: with TLS and a password (SCRAM-SHA-512), and nothing is allowed there
    /// without a right. Who comes in by the first way may do everything, so both are for tests.
    ///
    /// @param keyStore PKCS #12, with the key of a certificate for 127.0.0.1
    public record Guard(int port, Path keyStore, String keyStorePassword) {

        public String bootstrap() {
            return "127.0.0.1:" + port;
        }

        private void addTo(Properties settings) {
            for (var listeners : List.of("listeners", "advertised.listeners")) {
                settings.merge(
                        listeners,
                        "GUARDED://" + bootstrap(),
                        (first, second) -> first + "," + second);
            }
            settings.setProperty(
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_SSL");
            settings.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
            settings.setProperty(
                    "listener.name.guarded.scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            settings.setProperty("ssl.keystore.type", "PKCS12");
            settings.setProperty("ssl.keystore.location", keyStore.toString());
            settings.setProperty("ssl.keystore.password", keyStorePassword);
            settings.setProperty(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
            settings.setProperty("super.users", "User:ANONYMOUS");
        }
    }

    /// @param owner the process whose end is the broker's end
    public LocalKafka(Path folder, int port, int controllerPort, ProcessHandle owner) {
        this(folder, port, controllerPort, owner, null);
    }

    public LocalKafka(
            Path folder, int port, int controllerPort, ProcessHandle owner, @Nullable Guard guard) {
        this.folder = folder;
        this.port = port;
        this.controllerPort = controllerPort;
        this.owner = owner;
        this.guard = guard;
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public Path log() {
        return folder.resolve("kafka.log");
    }

    /// Starts it and waits until it answers.
    public LocalKafka start() {
        launch();
        awaitReady();
        return this;
    }

    @Override
    public synchronized void launch() {
        Ports.requireFree(port, "Kafka");
        Ports.requireFree(controllerPort, "Kafka's controller");
        var data = folder.resolve("data").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            if (!Files.exists(data)) {
                format(data);
            }
            child =
                    Child.start(
                            "Kafka",
                            java(
                                    WatchedProcess.class.getName(),
                                    Long.toString(owner.pid()),
                                    "kafka.Kafka",
                                    settings("server.properties", data)),
                            Map.of(),
                            log());
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka cannot be prepared in " + folder, e);
        }
    }

    /// Beside its place, so that a death in the middle leaves nothing half formatted.
    private void format(Path data) throws IOException {
        var draft = data.resolveSibling("data.draft");
        Folders.delete(draft);
        var command =
                java(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c",
                        settings("format.properties", draft));
        Child.run("Kafka's formatter", command, Map.of(), log(), READY_LIMIT);
        Files.move(draft, data, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void awaitReady() {
        running().awaitReady(this::answers, READY_LIMIT);
    }

    @Override
    public long pid() {
        return running().handle().pid();
    }

    @Override
    public boolean isAlive() {
        var current = child;
        return current != null && current.isAlive();
    }

    @Override
    public synchronized void kill() {
        running().kill();
    }

    @Override
    public synchronized void stop() {
        var current = child;
        if (current != null && current.isAlive()) {
            current.handle().destroy();
            if (!current.await(STOP_LIMIT)) {
                current.kill();
            }
        }
    }

    private Child running() {
        return Objects.requireNonNull(child, "Kafka was never started");
    }

    /// A plain connection first: an admin client that finds nobody waits and complains for long.
    private boolean answers() throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        }
        var config =
                Map.<String, Object>of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap(),
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000);
        try (var admin = Admin.create(config)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        }
    }

    private static List<String> java(String main, String... args) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                                "-cp",
                                BrokerClassPath.resolve(),
                                main));
        command.addAll(List.of(args));
        return command;
    }

    private String settings(String name, Path data) throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(SETTINGS));
        var broker = "PLAINTEXT://" + bootstrap();
        var controller = "127.0.0.1:" + controllerPort;
        properties.setProperty("listeners", broker + ",CONTROLLER://" + controller);
        properties.setProperty("advertised.listeners", broker);
        properties.setProperty("controller.quorum.voters", "1@" + controller);
        properties.setProperty("log.dirs", data.toString());
        if (guard != null) {
            guard.addTo(properties);
        }
        var file = folder.resolve(name);
        try (var stream = Files.newOutputStream(file)) {
            properties.store(stream, null);
        }
        return file.toString();
    }
}
