package io.tranship.worker.launch;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.SecretResolver;
import io.tranship.schemas.Topics;
import io.tranship.worker.run.Warmup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.io.File;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the launcher from its settings, and ends it in order.
@ApplicationScoped
class LauncherLifecycle {

    private static final int TRANSFERS_MAX = 500_000;

    private final LauncherConfig config;
    private final Map<String, String> kafka;
    private final MeterRegistry registry;
    private @Nullable Launcher launcher;

    /// @param kafka settings `kafka.…`, as every service takes them; runners get them too
    @Inject
    LauncherLifecycle(
            LauncherConfig config,
            @Any @Identifier("default-kafka-broker") Map<String, Object> kafka,
            MeterRegistry registry) {
        this.config = config;
        this.kafka =
                kafka.entrySet().stream()
                        .collect(
                                toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().toString()));
        this.registry = registry;
    }

    void start(@Observes StartupEvent event) {
        var settings = settings(config, host(), kafka);
        var secrets =
                new SecretStore(
                        new SecretResolver(
                                "launcher " + settings.launcher(),
                                () -> FleetKey.readOrCreate(config.fleetKeyFile()),
                                System::getenv,
                                config.secrets().folder().orElse(null),
                                config.secrets().prefix().orElse("")));
        var mode =
                new ProcessLaunchMode(
                        processes(config),
                        new Warmup(settings.kafka(), settings.topics().prefix()));
        launcher =
                new Launcher(
                        settings,
                        mode,
                        secrets,
                        new LaunchMetrics(registry),
                        InstantSource.system());
        launcher.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (launcher != null) {
            launcher.drain(config.grace());
            launcher.close();
        }
    }

    Launcher launcher() {
        if (launcher == null) {
            throw new IllegalStateException("the launcher has not started yet");
        }
        return launcher;
    }

    Duration beat() {
        return config.beat();
    }

    static LauncherSettings settings(
            LauncherConfig config, String host, Map<String, String> kafka) {
        return new LauncherSettings(
                config.launcher().orElse(host + "-" + config.httpPort()),
                host,
                config.room(),
                kafka,
                new Topics(config.topicPrefix()),
                new LaunchTimes(
                        config.expiry(),
                        config.startBy(),
                        config.beat(),
                        config.selfFence(),
                        config.longestCall(),
                        config.clockError(),
                        config.orphanAfter(),
                        config.killDeadline(),
                        config.grace()),
                config.runner().patience(),
                config.runner().rowsPerChunk(),
                TRANSFERS_MAX);
    }

    static LauncherSettings.Processes processes(LauncherConfig config) {
        var runner = config.runner();
        return new LauncherSettings.Processes(
                runner.java().orElse(Path.of(System.getProperty("java.home"), "bin", "java")),
                runner.classPath()
                        .map(LauncherLifecycle::paths)
                        .orElseGet(() -> RunnerClassPath.of(System.getProperty("java.class.path"))),
                runner.heap(),
                runner.jvmOptions().orElse(List.of()),
                runner.aot() ? runner.aotFolder() : null,
                runner.scratch(),
                runner.warm(),
                runner.startTimeout());
    }

    private static List<Path> paths(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).toList();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
