package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

class LauncherConfigTest {

    private static final Map<String, String> KAFKA = Map.of("bootstrap.servers", "k:1");
    private static final String HOME = System.getProperty("user.home");

    @Test
    void everySettingHasASafeDefault() {
        var config = config(Map.of());

        assertThat(config.topicPrefix()).isEqualTo("tranship.");
        assertThat(config.httpPort()).isEqualTo(7403);
        assertThat(config.launcher()).isEmpty();
        assertThat(config.room()).isEqualTo(4);
        assertThat(config.fleetKeyFile()).isEqualTo(Path.of(HOME, ".tranship/fleet.key"));
        assertThat(config.expiry()).isEqualTo(Duration.ofHours(6));
        assertThat(config.startBy()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.beat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.selfFence()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.longestCall()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.clockError()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.orphanAfter()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.killDeadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.runner().warm()).isEqualTo(2);
        assertThat(config.runner().heap()).isEqualTo("256m");
        assertThat(config.runner().startTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.runner().patience()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.runner().scratch())
                .isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), "tranship-scratch"));
        assertThat(config.runner().aotFolder()).isEqualTo(Path.of(HOME, ".tranship/aot"));
        assertThat(config.runner().aot()).isTrue();
        assertThat(config.runner().java()).isEmpty();
        assertThat(config.runner().classPath()).isEmpty();
        assertThat(config.runner().jvmOptions()).isEmpty();
        assertThat(config.runner().rowsPerChunk()).isEqualTo(100_000);
        assertThat(LauncherLifecycle.settings(config, "h", KAFKA).launcher()).isEqualTo("h-7403");
    }

    @Test
    void everySettingReachesTheLauncher() {
        var config =
                config(
                        Map.ofEntries(
                                Map.entry("tranship.topic-prefix", "p."),
                                Map.entry("tranship.http-port", "8"),
                                Map.entry("tranship.launcher", "blue"),
                                Map.entry("tranship.room", "7"),
                                Map.entry("tranship.fleet-key-file", "/k"),
                                Map.entry("tranship.expiry", "1h"),
                                Map.entry("tranship.start-by", "2m"),
                                Map.entry("tranship.beat", "1s"),
                                Map.entry("tranship.self-fence", "2s"),
                                Map.entry("tranship.longest-call", "3s"),
                                Map.entry("tranship.clock-error", "4s"),
                                Map.entry("tranship.orphan-after", "10s"),
                                Map.entry("tranship.kill-deadline", "6s"),
                                Map.entry("tranship.grace", "7s"),
                                Map.entry("tranship.runner.warm", "1"),
                                Map.entry("tranship.runner.heap", "64m"),
                                Map.entry("tranship.runner.start-timeout", "8s"),
                                Map.entry("tranship.runner.patience", "9s"),
                                Map.entry("tranship.runner.scratch", "/s"),
                                Map.entry("tranship.runner.aot-folder", "/a"),
                                Map.entry("tranship.runner.aot", "false"),
                                Map.entry("tranship.runner.java", "/j"),
                                Map.entry("tranship.runner.class-path", "/x.jar:/y.jar"),
                                Map.entry("tranship.runner.jvm-options", "-Da=1,-Db=2"),
                                Map.entry("tranship.runner.rows-per-chunk", "10"),
                                Map.entry("tranship.db.host", "a key of another service")));

        var settings = LauncherLifecycle.settings(config, "h", KAFKA);
        var processes = LauncherLifecycle.processes(config);

        assertThat(settings.launcher()).isEqualTo("blue");
        assertThat(settings.room()).isEqualTo(7);
        assertThat(settings.kafka()).isEqualTo(KAFKA);
        assertThat(settings.topics().prefix()).isEqualTo("p.");
        assertThat(settings.group()).isEqualTo("p.launchers");
        assertThat(settings.rowsPerChunk()).isEqualTo(10);
        assertThat(settings.patience()).isEqualTo(Duration.ofSeconds(9));
        assertThat(settings.times())
                .isEqualTo(
                        new LaunchTimes(
                                Duration.ofHours(1),
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7)));
        assertThat(config.fleetKeyFile()).isEqualTo(Path.of("/k"));
        assertThat(config.httpPort()).isEqualTo(8);
        assertThat(config.runner().aotFolder()).isEqualTo(Path.of("/a"));
        assertThat(processes)
                .isEqualTo(
                        new LauncherSettings.Processes(
                                Path.of("/j"),
                                List.of(Path.of("/x.jar"), Path.of("/y.jar")),
                                "64m",
                                List.of("-Da=1", "-Db=2"),
                                null,
                                Path.of("/s"),
                                1,
                                Duration.ofSeconds(8)));
    }

    private static LauncherConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(values, "test", 500))
                .addSystemSources()
                .withMapping(LauncherConfig.class)
                .withValidateUnknown(false)
                .withConverters(new Converter<?>[] {new DurationConverter()})
                .build()
                .getConfigMapping(LauncherConfig.class);
    }
}
