package io.tranship.dispatch;

import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;

/// The service's clock, and the check that its times keep limits hard.
@ApplicationScoped
class ClockConfig {

    @Produces
    @ApplicationScoped
    @DefaultBean
    InstantSource clock() {
        return InstantSource.system();
    }

    void check(@Observes StartupEvent event, DispatchConfig config) {
        var _ =
                new Silence(
                        config.selfFence(),
                        config.longestCall(),
                        config.clockError(),
                        config.orphanAfter());
    }
}
