package io.tranship.worker.launch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings of worker-service. Every one has a safe default.
@ConfigMapping(prefix = "tranship")
interface LauncherConfig {

    @WithDefault("tranship.")
    String topicPrefix();

    @WithDefault("7403")
    int httpPort();

    /// Names this launcher in the record; by default host and HTTP port, so that it is the same
    /// after a restart.
    Optional<String> launcher();

    /// How many transfers it runs at once.
    @WithDefault("4")
    int room();

    @WithDefault("${user.home}/.tranship/fleet.key")
    Path fleetKeyFile();

    Secrets secrets();

    /// Which secrets a catalog may name.
    interface Secrets {
        /// Only files in it; none: any file that this process can read.
        Optional<Path> folder();

        /// Only variables whose names begin so; none: any.
        Optional<String> prefix();
    }

    @WithDefault("6h")
    Duration expiry();

    @WithDefault("10m")
    Duration startBy();

    @WithDefault("5s")
    Duration beat();

    @WithDefault("30s")
    Duration selfFence();

    @WithDefault("15s")
    Duration longestCall();

    @WithDefault("5s")
    Duration clockError();

    @WithDefault("60s")
    Duration orphanAfter();

    @WithDefault("20s")
    Duration killDeadline();

    /// How long runners may go on after SIGTERM before they are stopped.
    @WithDefault("30s")
    Duration grace();

    Runner runner();

    interface Runner {

        /// Runners kept ready ahead of their transfers.
        @WithDefault("2")
        int warm();

        /// The largest heap of a runner, as `java -Xmx` takes it.
        @WithDefault("256m")
        String heap();

        @WithDefault("30s")
        Duration startTimeout();

        /// How long a runner whose work is over tries to report while the broker is away.
        @WithDefault("15m")
        Duration patience();

        /// Where each runner gets a folder of its own while it lives.
        @WithDefault("${java.io.tmpdir}/tranship-scratch")
        Path scratch();

        /// Where the AOT cache of the runner is kept.
        @WithDefault("${user.home}/.tranship/aot")
        Path aotFolder();

        /// Whether runners start from an AOT cache.
        @WithDefault("true")
        boolean aot();

        /// The `java` to run; by default the launcher's own.
        Optional<Path> java();

        /// The class path of a runner; by default what it needs of the launcher's own.
        Optional<String> classPath();

        /// More options for the runner's JVM.
        Optional<List<String>> jvmOptions();

        /// Rows of a backfill's chunk, about.
        @WithDefault("100000")
        int rowsPerChunk();
    }
}
