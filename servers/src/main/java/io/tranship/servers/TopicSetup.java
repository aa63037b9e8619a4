package io.tranship.servers;

import io.tranship.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/// Makes an installation's topics and the settings of its share group, before anyone uses them.
public final class TopicSetup {

    private TopicSetup() {}

    /// Topics that are there stay as they are.
    public static void create(String bootstrap, Topics topics) {
        try (var admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            var present = admin.listTopics().names().get(30, TimeUnit.SECONDS);
            var missing =
                    topics.all().stream()
                            .filter(topic -> !present.contains(topic.name()))
                            .map(topic ->
                                    new NewTopic(topic.name(), topic.partitions(), (short) 1)
                                            .configs(topic.settings()))
                            .toList();
            admin.createTopics(missing).all().get(30, TimeUnit.SECONDS);
            var launchers =
                    new ConfigResource(ConfigResource.Type.GROUP, topics.prefix() + "launchers");
            var earliest =
                    new AlterConfigOp(
                            new ConfigEntry("share.auto.offset.reset", "earliest"),
                            AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(launchers, List.of(earliest)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new ServerException(
                    "the topics of %s cannot be made at %s".formatted(topics.prefix(), bootstrap),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while topics were made", e);
        }
    }
}
