package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A broker that demands TLS and a password and gives nobody more than the rights of production.
final class GuardedBrokerTest {

    private static final String PRODUCER = "kafka-producer";

    private static GuardedBroker broker;
    private static Fleet fleet;
    private static Shop shop;

    @BeforeAll
    static void start() {
        var folder = Fleet.newFolder();
        broker = new GuardedBroker(folder);
        fleet = Fleet.startGuarded(broker, folder);
        shop = fleet.newShop("guarded", List.of("org_1"));
        shop.insert("org_1", 1, 20);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void theRightsOfProductionAreEnoughForATransfer() {
        var transfer = fleet.api().transferred(shop.destination("org_1"));

        assertThat(transfer.get("status").asText()).as(transfer.toString()).isEqualTo("SUCCESS");
        assertThat(shop.isIdentical("org_1")).isTrue();
    }

    @Test
    void anOutsideProducerMayAskForATransfer() throws Exception {
        var id = UUID.randomUUID().toString();

        send(broker.client(PRODUCER), "tranship.requests", request(id));

        assertThat(fleet.api().awaitEnd(id).get("status").asText()).isEqualTo("SUCCESS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tranship.transfers",
                "tranship.telemetry",
                "tranship.catalog",
                "tranship.work-orders"
            })
    void anOutsideProducerMayNothingElse(String topic) {
        assertThatThrownBy(() -> send(broker.client(PRODUCER), topic, "{}"))
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> read(topic)).isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatThrownBy(() ->
                        send(
                                broker.client(PRODUCER, "wrong"),
                                "tranship.requests",
                                request(UUID.randomUUID().toString())))
                .hasRootCauseInstanceOf(SaslAuthenticationException.class);
    }

    private static String request(String id) {
        return """
        {"transfer_id": "%s", "destination": "%s", "actor": {"type": "producer", "id": "billing"}}
        """
                .formatted(id, shop.destination("org_1"));
    }

    private static void send(Map<String, String> client, String topic, String json)
            throws Exception {
        var record =
                new ProducerRecord<>(
                        topic, shop.destination("org_1"), json.getBytes(StandardCharsets.UTF_8));
        record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
        try (var producer =
                new KafkaProducer<>(
                        new HashMap<String, Object>(client),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static void read(String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        new HashMap<String, Object>(broker.client(PRODUCER)),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());
            consumer.poll(Duration.ofSeconds(10));
        }
    }
}
