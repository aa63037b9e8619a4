package io.tranship.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// The settings of dispatch-service.
@ConfigMapping(prefix = "tranship")
interface DispatchConfig {

    @WithDefault("127.0.0.1:7404")
    String kafka();

    @WithDefault("tranship.")
    String topicPrefix();

    @WithDefault("7402")
    int httpPort();

    Database db();

    /// How long a transfer may wait before it expires.
    @WithDefault("6h")
    Duration expiry();

    /// Nothing is dispatched so shortly before it expires.
    @WithDefault("1m")
    Duration closing();

    /// A launcher takes an order within this time, or it counts as not started.
    @WithDefault("10m")
    Duration startBy();

    /// How long a request waits for names that the catalog does not know.
    @WithDefault("60s")
    Duration unknownNames();

    /// Whoever waited longer goes first.
    @WithDefault("15m")
    Duration waitBound();

    /// The most transfers that run at once, whatever room launchers announce.
    @WithDefault("1000")
    int fleetMax();

    /// The most waiting transfers that one tick looks at.
    @WithDefault("500")
    int tickMax();

    /// How often to look for work that nobody poked for.
    @WithDefault("500ms")
    Duration poll();

    /// How often to forget, to count and to compare.
    @WithDefault("5s")
    Duration upkeep();

    /// How long a transfer that is over is remembered: longer than `requests` keeps its records.
    @WithDefault("8d")
    Duration remember();

    @WithDefault("30s")
    Duration selfFence();

    @WithDefault("15s")
    Duration longestCall();

    @WithDefault("5s")
    Duration clockError();

    /// A launcher or runner silent for longer counts as gone.
    @WithDefault("60s")
    Duration orphanAfter();

    interface Database {

        @WithDefault("127.0.0.1")
        String host();

        @WithDefault("7406")
        int port();

        @WithDefault("dispatch")
        String name();

        @WithDefault("tranship")
        String user();

        Optional<String> password();
    }
}
