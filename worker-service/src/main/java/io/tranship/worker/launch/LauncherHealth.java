package io.tranship.worker.launch;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready while each thread of the launcher comes round. A broker that is away shows here.
@Readiness
@ApplicationScoped
class LauncherHealth implements HealthCheck {

    private static final Duration SILENT_MAX = Duration.ofSeconds(30);

    private final LauncherLifecycle lifecycle;

    @Inject
    LauncherHealth(LauncherLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("launcher");
        var now = Instant.now();
        var up = true;
        for (var round : lifecycle.launcher().lastRounds().entrySet()) {
            var silent = Duration.between(round.getValue(), now);
            response.withData(round.getKey() + "_silent_ms", silent.toMillis());
            up &= silent.compareTo(SILENT_MAX) < 0;
        }
        return response.status(up).build();
    }
}
