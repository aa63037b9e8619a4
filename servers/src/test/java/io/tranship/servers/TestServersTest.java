package io.tranship.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Topics;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

final class TestServersTest {

    private final TestServers servers = TestServers.get();

    @Test
    void everyTestHasTopicsOfItsOwn() throws Exception {
        var prefix = servers.newTopicPrefix();

        assertThat(servers.newTopicPrefix()).isNotEqualTo(prefix);
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers.kafkaBootstrap()))) {
            var names = admin.listTopics().names().get(10, TimeUnit.SECONDS);
            assertThat(names)
                    .containsAll(
                            new Topics(prefix).all().stream().map(Topics.Topic::name).toList());
        }
    }

    @Test
    void everyTestHasDatabasesOfItsOwn() throws Exception {
        var url = servers.jdbcUrl(servers.newDatabase("mine"));

        try (var connection =
                        DriverManager.getConnection(
                                url, servers.postgresUser(), servers.postgresPassword());
                var statement = connection.createStatement();
                var version = statement.executeQuery("show server_version")) {
            version.next();
            assertThat(version.getString(1)).isEqualTo(PostgresBinaries.VERSION);
        }
        assertThat(servers.jdbcUrl(servers.newDatabase("mine"))).isNotEqualTo(url);
    }
}
