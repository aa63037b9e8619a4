package io.tranship.cli;

import io.tranship.schemas.Topics;
import java.util.HashMap;
import java.util.Map;

/// What each service is told by its environment: only what it needs, and no secret of another.
record ServiceSettings(Home home, PortPlan ports, StackSecrets secrets) {

    Map<String, String> of(String service) {
        var settings = new HashMap<String, String>();
        settings.put("TRANSHIP_KAFKA", "127.0.0.1:" + ports.kafka());
        settings.put("TRANSHIP_TOPIC_PREFIX", Topics.DEFAULT_PREFIX);
        settings.put("TRANSHIP_HTTP_PORT", Integer.toString(ports.all().get(service)));
        switch (service) {
            case "worker-service" -> {
                settings.put("TRANSHIP_FLEET_KEY_FILE", home.fleetKey().toString());
                settings.put("TRANSHIP_RUNNER_SCRATCH", home.scratch().toString());
                settings.put("TRANSHIP_RUNNER_AOT_FOLDER", home.cache().resolve("aot").toString());
            }
            case "scheduler-service" -> {
                settings.put("TRANSHIP_FLEET_KEY_FILE", home.fleetKey().toString());
                database(settings, "scheduler");
            }
            default -> database(settings, service.substring(0, service.indexOf('-')));
        }
        return settings;
    }

    private void database(Map<String, String> settings, String role) {
        settings.put("TRANSHIP_DB_HOST", "127.0.0.1");
        settings.put("TRANSHIP_DB_PORT", Integer.toString(ports.postgres()));
        settings.put("TRANSHIP_DB_NAME", role);
        settings.put("TRANSHIP_DB_USER", role);
        settings.put("TRANSHIP_DB_PASSWORD", secrets.of(role));
    }
}
