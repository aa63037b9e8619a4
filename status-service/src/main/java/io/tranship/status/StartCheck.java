package io.tranship.status;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Refuses to start with times under which a live runner could be given up.
@ApplicationScoped
class StartCheck {

    void onStart(@Observes StartupEvent starting, StatusConfig config) {
        var _ =
                new Silence(
                        config.selfFence(),
                        config.longestCall(),
                        config.clockError(),
                        config.orphanAfter());
    }
}
