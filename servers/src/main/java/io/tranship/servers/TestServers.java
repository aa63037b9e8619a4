package io.tranship.servers;

import io.tranship.schemas.Topics;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// The Kafka and the PostgreSQL that all tests of a build share; every test takes databases and
/// topics of its own.
///
/// Child processes by default; with `-Dinfra=containers` Testcontainers, where a Docker engine is.
public record TestServers(
        String kafkaBootstrap,
        String postgresHost,
        int postgresPort,
        String postgresUser,
        String postgresPassword) {

    private static final class Shared {
        private static final TestServers INSTANCE =
                switch (System.getProperty("infra", "processes")) {
                    case "processes" -> SharedProcesses.join();
                    case "containers" -> ContainerServers.start();
                    case String other ->
                            throw new ServerException(
                                    "infra=%s is unknown; processes or containers"
                                            .formatted(other));
                };
    }

    public static TestServers get() {
        return Shared.INSTANCE;
    }

    /// An empty database; its name begins with `hint`.
    public String newDatabase(String hint) {
        var name = hint.toLowerCase(Locale.ROOT) + "_" + random();
        try (var connection =
                        LocalPostgres.connect(jdbcUrl("postgres"), postgresUser, postgresPassword);
                var statement = connection.createStatement()) {
            statement.execute("create database \"%s\"".formatted(name));
        } catch (SQLException e) {
            throw new ServerException("database %s cannot be made".formatted(name), e);
        }
        return name;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(postgresHost, postgresPort, database);
    }

    /// A prefix under which all topics of an installation were made.
    public String newTopicPrefix() {
        var prefix = "t" + random() + ".";
        createTopics(prefix);
        return prefix;
    }

    public void createTopics(String prefix) {
        TopicSetup.create(kafkaBootstrap, new Topics(prefix));
    }

    private static String random() {
        var bytes = new byte[6];
        RandomGenerator.getDefault().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
