package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogApiTest.json;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.Topics;
import io.tranship.schemas.UndecodableException;
import io.tranship.servers.ServiceTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class RepublishTest {

    private static final Duration WAIT = Duration.ofSeconds(30);

    @Inject RepublishLoop loop;
    @Inject Outbox outbox;

    private final Shop shop = new Shop();
    private final String topic = new Topics(TopicReader.setting("tranship.topic-prefix")).catalog();

    @Test
    void aNewKafkaClusterIsTakenUp() throws Exception {
        save(60);
        awaitSent();
        loop.tick();
        awaitSent();
        assertThat(loop.tick()).isZero();

        try (var admin =
                Admin.create(
                        Map.of(
                                "bootstrap.servers",
                                (Object) TopicReader.setting("tranship.kafka")))) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().ignoreExceptions()
                    .atMost(WAIT)
                    .until(() -> {
                        admin.createTopics(
                                        List.of(
                                                new NewTopic(topic, 1, (short) 1)
                                                        .configs(
                                                                Map.of(
                                                                        "cleanup.policy",
                                                                        "compact"))))
                                .all()
                                .get();
                        return true;
                    });
        }
        await().ignoreExceptions().atMost(WAIT).until(() -> loop.tick() > 0);

        await().atMost(WAIT)
                .untilAsserted(() ->
                        assertThat(published().values())
                                .extracting(CatalogRecord::name)
                                .contains(
                                        shop.source(),
                                        shop.model(),
                                        shop.destination(),
                                        Catalog.ORGANIZATION_NAME));
        assertThat(loop.tick()).isZero();
    }

    @Test
    void aDatabaseRestoredToAnHourAgoCatchesUp() throws Exception {
        save(60);
        awaitSent();
        loop.tick();
        var before = (Destination) published(shop.destination()).orElseThrow();
        run("create table backup_thing as table thing");
        run("create table backup_catalog as table catalog");
        save(30);
        json().body(object("name", shop.recipient() + "-new", "tenant_id", "org_2"))
                .post("/recipients")
                .then()
                .statusCode(201);
        awaitSent();
        loop.tick();
        assertThat(((Destination) published(shop.destination()).orElseThrow()).frequencyMinutes())
                .isEqualTo(30);

        run("delete from thing where id not in (select id from backup_thing)");
        run(
                "update thing t set revision = b.revision, record = b.record from backup_thing b where b.id = t.id");
        run("update catalog c set revision = b.revision from backup_catalog b");
        assertThat(loop.tick()).isPositive();
        awaitSent();

        var after = (Destination) published(shop.destination()).orElseThrow();
        assertThat(after.frequencyMinutes()).isEqualTo(60);
        assertThat(after.revision()).isGreaterThan(before.revision() + 1);
        assertThat(published(shop.recipient() + "-new")).isEmpty();

        save(15);
        awaitSent();
        var last = (Destination) published(shop.destination()).orElseThrow();
        assertThat(last.frequencyMinutes()).isEqualTo(15);
        assertThat(last.revision()).isGreaterThan(after.revision());
    }

    private void save(int minutes) {
        json().body(with(shop.file(), "destinations[0].frequency_minutes", minutes))
                .put("/catalog")
                .then()
                .statusCode(200);
    }

    private Optional<CatalogRecord> published(String name) {
        return published().values().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /// As a reader's copy would be that takes nothing older than what it has.
    private Map<String, CatalogRecord> published() {
        var copy = new HashMap<String, CatalogRecord>();
        for (var one : TopicReader.read(topic)) {
            var known = copy.get(one.key());
            var record = one.value() == null ? null : decode(one.value());
            if (record == null) {
                copy.remove(one.key());
            } else if (known == null || known.revision() <= record.revision()) {
                copy.put(one.key(), record);
            }
        }
        return copy;
    }

    private static @Nullable CatalogRecord decode(byte[] bytes) {
        try {
            return CatalogCodec.decode(bytes);
        } catch (UndecodableException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitSent() {
        await().atMost(WAIT)
                .until(() ->
                        outbox.read(session ->
                                        session.createNativeQuery(
                                                        "select count(*) from outbox", Long.class)
                                                .getSingleResult())
                                        .await()
                                        .atMost(WAIT)
                                == 0);
    }

    private void run(String sql) {
        outbox.inTransaction(session -> session.createNativeQuery(sql).executeUpdate())
                .await()
                .atMost(WAIT);
    }
}
