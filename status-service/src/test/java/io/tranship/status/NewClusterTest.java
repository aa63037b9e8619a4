package io.tranship.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/// Topics made anew under their names are what this service sees of a new cluster.
@QuarkusTest
@TestProfile(NewClusterTest.OwnTopics.class)
@QuarkusTestResource(ServiceTestResource.class)
class NewClusterTest {

    /// Another profile is another application: nobody else's topics go.
    public static final class OwnTopics extends QuickTimes {}

    private static final Duration WAIT = Duration.ofMinutes(2);

    @Inject Broker broker;
    @Inject SweepLoop sweep;

    @ConfigProperty(name = "tranship.kafka")
    String bootstrap;

    @Test
    void aNewKafkaClusterIsTakenUp() throws Exception {
        var before = new Logs();
        var running = new Logs();
        broker.say(before.success());
        broker.say(running.requested(), running.dispatched(), running.started());
        Api.awaitStatus(before.id, "SUCCESS");
        Api.awaitStatus(running.id, "RUNNING");

        makeAnew();
        var after = new Logs();
        await().ignoreExceptions()
                .atMost(WAIT)
                .until(() -> {
                    broker.sayAnew(after.success());
                    return true;
                });

        await().ignoreExceptions()
                .atMost(WAIT)
                .untilAsserted(() ->
                        assertThat(Api.transfer(after.id).getString("status"))
                                .isEqualTo("SUCCESS"));
        assertThat(Api.transfer(before.id).getString("status")).isEqualTo("SUCCESS");
        // What was lost with the old cluster ends too: nothing is heard of its runner any more.
        await().atMost(WAIT)
                .until(() -> {
                    sweep.tick(Instant.now());
                    return "ORPHANED".equals(Api.transfer(running.id).getString("status"));
                });
    }

    private void makeAnew() throws Exception {
        var topics = List.of(broker.topics().transfers(), broker.topics().telemetry());
        try (var admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrap))) {
            admin.deleteTopics(topics).all().get();
            await().ignoreExceptions()
                    .atMost(WAIT)
                    .until(() -> {
                        admin.createTopics(
                                        topics.stream()
                                                .map(name ->
                                                        new NewTopic(name, 2, (short) 1)
                                                                .configs(
                                                                        Map.of(
                                                                                "message.timestamp.type",
                                                                                "LogAppendTime")))
                                                .toList())
                                .all()
                                .get();
                        return true;
                    });
        }
    }
}
