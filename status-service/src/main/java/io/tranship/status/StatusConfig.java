package io.tranship.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// The settings of status-service.
@ConfigMapping(prefix = "tranship")
interface StatusConfig {

    @WithDefault("127.0.0.1:7404")
    String kafka();

    @WithDefault("tranship.")
    String topicPrefix();

    @WithDefault("7400")
    int httpPort();

    Database db();

    Sweep sweep();

    /// How often a runner or its launcher is to be heard.
    @WithDefault("5s")
    Duration beat();

    @WithDefault("30s")
    Duration selfFence();

    @WithDefault("15s")
    Duration longestCall();

    @WithDefault("5s")
    Duration clockError();

    /// A runner silent for longer counts as gone.
    @WithDefault("60s")
    Duration orphanAfter();

    /// A transfer is expired so long after its time is over: the ledger stops dispatching it as
    /// long before.
    @WithDefault("1m")
    Duration closing();

    /// A run that takes longer is cancelled, however lively it is: rows are kept by no runner for
    /// more than a day.
    @WithDefault("24h")
    Duration runMax();

    /// Ended transfers, and their facts, are deleted so long after their end.
    @WithDefault("90d")
    Duration keep();

    /// Most event streams served at once.
    @WithDefault("100")
    int streamsMax();

    /// How often a stream looks for news.
    @WithDefault("250ms")
    Duration streamPoll();

    /// A stream ends after this; its reader connects again.
    @WithDefault("30m")
    Duration streamLife();

    interface Database {

        @WithDefault("127.0.0.1")
        String host();

        @WithDefault("7406")
        int port();

        @WithDefault("status")
        String name();

        @WithDefault("tranship")
        String user();

        Optional<String> password();
    }

    interface Sweep {

        /// Off: this process never says that a transfer expired or was orphaned.
        @WithDefault("true")
        boolean enabled();

        @WithDefault("2s")
        Duration every();

        /// How long a sweep waits until this service has read what was in Kafka at its beginning.
        @WithDefault("10s")
        Duration catchUp();

        /// Most transfers that one sweep ends.
        @WithDefault("500")
        int transfersMax();

        /// How long a fact of the sweep may take to come back, before it is said again.
        @WithDefault("30s")
        Duration sayAgainAfter();

        /// The deadline of a transfer whose request was lost.
        @WithDefault("8d")
        Duration forgottenAfter();

        /// What `run-max` is exceeded by before the sweep steps in: runners end themselves.
        @WithDefault("15m")
        Duration runMargin();

        /// A run that still beats so long after a cancel is given up.
        @WithDefault("5m")
        Duration deafAfter();

        /// How long heartbeat and progress of a run are shown after its last beat.
        @WithDefault("1d")
        Duration beatsKept();
    }
}
