package io.tranship.servers;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// A database and topics of its own for each service under test.
public final class ServiceTestResource implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        var servers = TestServers.get();
        return Map.of(
                "tranship.kafka", servers.kafkaBootstrap(),
                "tranship.topic-prefix", servers.newTopicPrefix(),
                "tranship.db.host", servers.postgresHost(),
                "tranship.db.port", Integer.toString(servers.postgresPort()),
                "tranship.db.name", servers.newDatabase("service"),
                "tranship.db.user", servers.postgresUser(),
                "tranship.db.password", servers.postgresPassword());
    }

    @Override
    public void stop() {
        // The servers are shared, and what was made in them ends with them.
    }
}
