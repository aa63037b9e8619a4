package io.tranship.scheduler;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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

    /// Which secrets a catalog may name, as in worker-service.
    Secrets secrets();

    interface Secrets {
        /// Only files in it; none: any file that this process can read.
        Optional<Path> folder();

        /// Only variables whose names begin so; none: any.
        Optional<String> prefix();
    }

    /// How often the due loop looks.
    @WithDefault("1s")
    Duration dueEvery();

    /// How often it is looked for transfers of which nothing is heard any more, and whether Kafka
    /// has the catalog.
    @WithDefault("30s")
    Duration keepEvery();

    /// Over how long runs on one point of the grid are spread, each destination at its own place;
    /// zero: not at all.
    @WithDefault("0s")
    Duration jitter();

    Retry retry();

    /// How long a transfer may wait to be dispatched, as in dispatch-service.
    @WithDefault("6h")
    Duration expiry();

    /// How long a run may take, as in status-service.
    @WithDefault("24h")
    Duration runMax();

    /// How long after `expiry`, or once started after `run-max`, without any fact a transfer is
    /// given up.
    @WithDefault("1h")
    Duration silence();

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

    /// After failures: twice as long after each, up to the cap.
    interface Retry {
        @WithDefault("1m")
        Duration first();

        @WithDefault("1h")
        Duration max();

        /// Of a full refresh, which reads everything.
        @WithDefault("1d")
        Duration refreshMax();
    }

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
