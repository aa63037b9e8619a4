package io.tranship.scheduler;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/// All settings of scheduler-service, with a safe default for each.
@ConfigMapping(prefix = "tranship")
interface SchedulerConfig {

    /// Bootstrap servers.
    @WithDefault("127.0.0.1:7404")
    String kafka();

    @WithDefault("tranship.")
    String topicPrefix();

    /// HTTP, on the loopback unless `quarkus.http.host` says otherwise.
    @WithDefault("7401")
    int httpPort();

    Database db();

    /// Seals secrets; made on first start, and shared with the launchers.
    @WithDefault("${user.home}/.tranship/fleet.key")
    Path fleetKeyFile();

    /// How often the due loop looks.
    @WithDefault("1s")
    Duration dueEvery();

    /// How long a save, or a connection test, waits for databases in all.
    @WithDefault("20s")
    Duration checkTimeout();

    /// How many databases are asked at the same time, over all saves.
    @WithDefault("8")
    int checksMax();

    /// How long an answer is kept for its `Idempotency-Key`.
    @WithDefault("24h")
    Duration answersKept();

    /// The largest body that is read.
    @WithDefault("1048576")
    long bodyBytesMax();

    interface Database {
        @WithDefault("127.0.0.1")
        String host();

        @WithDefault("7406")
        int port();

        @WithDefault("scheduler")
        String name();

        @WithDefault("tranship")
        String user();
    }
}
