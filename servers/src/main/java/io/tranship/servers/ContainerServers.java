package io.tranship.servers;

import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The tests' servers as containers. They end with the JVM that started them.
final class ContainerServers {

    private ContainerServers() {}

    @SuppressWarnings("resource") // Testcontainers' reaper ends them with this JVM
    static TestServers start() {
        var kafka = new KafkaContainer("apache/kafka:4.4.0");
        kafka.start();
        var postgres = new PostgreSQLContainer("postgres:18");
        postgres.setCommand(
                "postgres", "-c", "max_connections=300", "-c", "max_prepared_transactions=10");
        postgres.start();
        return new TestServers(
                kafka.getBootstrapServers(),
                postgres.getHost(),
                postgres.getFirstMappedPort(),
                postgres.getUsername(),
                postgres.getPassword());
    }
}
