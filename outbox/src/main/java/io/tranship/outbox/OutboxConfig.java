package io.tranship.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Settings of the relay; the defaults are right for every service.
@ConfigMapping(prefix = "tranship.outbox")
public interface OutboxConfig {

    /// Off: rows stay until another process of the service relays them.
    @WithDefault("true")
    boolean relay();

    /// How long rows of another process, or of one that died before its poke, wait at most.
    @WithDefault("100ms")
    Duration poll();

    /// How often a process that is not the relay tries to become it.
    @WithDefault("500ms")
    Duration takeOver();

    /// Most rows read, sent and deleted in one go.
    @WithDefault("500")
    int batchRowsMax();
}
