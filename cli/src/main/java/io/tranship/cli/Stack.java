package io.tranship.cli;

import io.tranship.schemas.Topics;
import io.tranship.servers.LocalKafka;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalServer;
import io.tranship.servers.LocalService;
import io.tranship.servers.Ports;
import io.tranship.servers.ProcessIdentity;
import io.tranship.servers.ServerException;
import io.tranship.servers.TopicSetup;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Kafka, PostgreSQL and the four services as children of this process.
///
/// [#stop] may come at any time and from any thread, also in the middle of a start: nothing is
/// started after it.
final class Stack implements AutoCloseable {

    private static final Duration WORKER_STOP_LIMIT = Duration.ofSeconds(45);
    private static final Duration SERVICE_STOP_LIMIT = Duration.ofSeconds(15);
    private static final int LEFTOVER_SECONDS_MAX = 30;

    private final Home home;
    private final PortPlan ports;
    private final BiConsumer<String, String> onReady;
    private final LocalKafka kafka;
    private final LocalPostgres postgres;
    private final StackSecrets secrets;
    private final Map<String, LocalService> services = new LinkedHashMap<>();
    private final Map<String, ProcessIdentity> children = new ConcurrentHashMap<>();
    private volatile boolean isStopping;
    private @Nullable FileChannel lock;

    /// @param root the built project
    /// @param onReady told the name and the address of each server that answers
    Stack(Home home, PortPlan ports, Path root, BiConsumer<String, String> onReady) {
        this.home = home.make();
        this.ports = ports;
        this.onReady = onReady;
        this.secrets = StackSecrets.readOrDraw(home);
        lock = lock(home);
        var self = ProcessHandle.current();
        kafka = new LocalKafka(home.kafka(), ports.kafka(), ports.controller(), self);
        postgres =
                new LocalPostgres(
                        home.postgres(),
                        home.cache(),
                        ports.postgres(),
                        secrets.superuser(),
                        LocalPostgres.Durability.DURABLE);
        var settings = new ServiceSettings(home, ports, secrets);
        ports.all()
                .forEach((name, port) -> {
                    if (name.endsWith("-service")) {
                        services.put(
                                name,
                                new LocalService(
                                        name,
                                        root.resolve(name).resolve("target/quarkus-app"),
                                        port,
                                        settings.of(name),
                                        home.log(name),
                                        self,
                                        name.startsWith("worker")
                                                ? WORKER_STOP_LIMIT
                                                : SERVICE_STOP_LIMIT));
                    }
                });
    }

    LocalPostgres postgres() {
        return postgres;
    }

    /// Servers first, then the services, each kind at the same time.
    void start() {
        awaitLeftovers(home);
        ports.all().forEach((name, port) -> Ports.requireFree(port, name));
        together(List.of(() -> start("kafka", kafka), () -> start("postgresql", postgres)));
        together(
                List.of(
                        () -> StackDatabases.prepare(postgres, secrets),
                        () ->
                                TopicSetup.create(
                                        kafka.bootstrap(), new Topics(Topics.DEFAULT_PREFIX))));
        together(
                services.entrySet().stream()
                        .<Runnable>map(service -> () -> start(service.getKey(), service.getValue()))
                        .toList());
        write(true);
    }

    private void start(String name, LocalServer server) {
        launch(name, server);
        server.awaitReady();
        onReady.accept(name, ports.addresses().get(name));
    }

    private void launch(String name, LocalServer server) {
        synchronized (server) {
            if (isStopping) {
                throw CliException.failed("stopped while it was starting");
            }
            server.launch();
        }
        ProcessHandle.of(server.pid())
                .ifPresent(handle -> children.put(name, ProcessIdentity.of(handle)));
        write(false);
    }

    /// Starts those again that ended by themselves.
    ///
    /// @return their names
    List<String> revive() {
        var ended = servers().entrySet().stream().filter(s -> !s.getValue().isAlive()).toList();
        if (ended.isEmpty() || isStopping) {
            return List.of();
        }
        for (var server : ended) {
            launch(server.getKey(), server.getValue());
            server.getValue().awaitReady();
        }
        write(true);
        return ended.stream().map(Map.Entry::getKey).toList();
    }

    boolean isStopping() {
        return isStopping;
    }

    /// The worker first, so that its runners can still report; Kafka and PostgreSQL last.
    synchronized void stop() {
        isStopping = true;
        var others = new LinkedHashMap<>(services);
        var worker = others.remove("worker-service");
        if (worker != null) {
            worker.stop();
        }
        together(others.values().stream().<Runnable>map(service -> service::stop).toList());
        together(List.of(kafka::stop, postgres::stop));
        StackState.forget(home);
        unlock();
    }

    @Override
    public void close() {
        stop();
    }

    private Map<String, LocalServer> servers() {
        var servers = new LinkedHashMap<String, LocalServer>();
        servers.put("kafka", kafka);
        servers.put("postgresql", postgres);
        servers.putAll(services);
        return servers;
    }

    private synchronized void write(boolean isReady) {
        if (!isStopping) {
            new StackState(ProcessIdentity.of(ProcessHandle.current()), isReady, ports, children)
                    .write(home);
        }
    }

    /// What an earlier `tranship` that was killed left: its Java children end by themselves,
    /// PostgreSQL does not.
    static boolean awaitLeftovers(Home home) {
        var found = LocalPostgres.stopLeftover(home.postgres());
        var state = StackState.read(home);
        if (state.isEmpty()) {
            return found;
        }
        for (var child : state.get().children().values()) {
            var leftover = child.find();
            found |= leftover.isPresent();
            leftover.ifPresent(handle ->
                    handle.onExit()
                            .orTimeout(LEFTOVER_SECONDS_MAX, TimeUnit.SECONDS)
                            .exceptionally(_ -> {
                                handle.destroyForcibly();
                                return handle;
                            })
                            .join());
        }
        return found;
    }

    /// Held as long as this process lives; the system gives it back also after a SIGKILL.
    private static FileChannel lock(Home home) {
        try {
            var channel =
                    FileChannel.open(
                            home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw CliException.failed(
                        "another tranship runs in %s%s; end it with `tranship down`, or choose another --home"
                                .formatted(
                                        home.folder(),
                                        StackState.read(home)
                                                .map(s ->
                                                        " (process %d)".formatted(s.owner().pid()))
                                                .orElse("")));
            }
            return channel;
        } catch (IOException e) {
            throw CliException.failed("%s cannot be locked: %s".formatted(home.lock(), e));
        }
    }

    private void unlock() {
        try {
            if (lock != null) {
                lock.close();
                lock = null;
            }
        } catch (IOException e) {
            throw CliException.failed("%s cannot be unlocked: %s".formatted(home.lock(), e));
        }
    }

    private static void together(List<Runnable> tasks) {
        var running =
                tasks.stream()
                        .map(task ->
                                CompletableFuture.runAsync(
                                        task, command -> Thread.ofVirtual().start(command)))
                        .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(running).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case CliException cause -> throw cause;
                case ServerException cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }
}
