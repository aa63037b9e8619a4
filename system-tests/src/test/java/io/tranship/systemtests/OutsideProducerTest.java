package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A producer that knows Kafka and docs/producing-requests.md, and nothing of Tranship's code.
final class OutsideProducerTest {

    private static Fleet fleet;
    private static Api api;
    private static Shop shop;
    private static KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Map.of("TRANSHIP_UNKNOWN_NAMES", "2s"));
        api = fleet.api();
        shop = fleet.newShop("outside", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", fleet.bootstrap()),
                        new StringSerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        fleet.close();
    }

    @Test
    void aRequestInJsonByTheDestinationsNameIsRun() throws Exception {
        var id = UUID.randomUUID().toString();

        send(json(id, shop.destination("org_1")));

        assertThat(api.awaitEnd(id).get("status").asText()).isEqualTo("SUCCESS");
        assertThat(api.transfer(id).at("/actor/type").asText()).isEqualTo("producer");
        assertThat(shop.isIdentical("org_1")).isTrue();
    }

    @Test
    void aKnownTransferIdIsDropped() throws Exception {
        var id = UUID.randomUUID().toString();
        send(json(id, shop.destination("org_1")));
        api.awaitEnd(id);
        var facts = api.status("/transfers/" + id + "/facts").body();

        send(json(id, shop.destination("org_1")));
        var later = UUID.randomUUID().toString();
        send(json(later, shop.destination("org_1")));
        api.awaitEnd(later);

        assertThat(api.status("/transfers/" + id + "/facts").body()).isEqualTo(facts);
    }

    @Test
    void aRequestForAnUnknownDestinationIsRejectedByName() throws Exception {
        var id = UUID.randomUUID().toString();

        send(json(id, "nobody-knows-it"));

        var rejected = api.awaitEnd(id);
        assertThat(rejected.get("status").asText()).isEqualTo("ERROR");
        assertThat(rejected.at("/error/message").asText()).contains("nobody-knows-it");
        assertThat(rejected.at("/error/blame").asText()).isIn("user", "configuration");
        assertThat(rejected.get("started_at").isNull()).isTrue();
    }

    @Test
    void garbageOnAnyTopicGoesToItsDeadLettersAndTheRestGoesOn() throws Exception {
        var garbage = "no record of ours".getBytes(StandardCharsets.UTF_8);
        for (var topic : List.of("requests", "transfers", "telemetry", "catalog", "work-orders")) {
            producer.send(new ProducerRecord<>(fleet.topicPrefix() + topic, "garbage", garbage))
                    .get();
        }

        for (var topic : List.of("requests", "transfers", "catalog", "work-orders")) {
            assertThat(Topic.awaitFirst(fleet.bootstrap(), fleet.topicPrefix() + "dlq." + topic))
                    .as("dead letter of " + topic)
                    .isEqualTo(ByteBuffer.wrap(garbage));
        }
        var id = UUID.randomUUID().toString();
        send(json(id, shop.destination("org_1")));
        assertThat(api.awaitEnd(id).get("status").asText()).isEqualTo("SUCCESS");
    }

    private static ProducerRecord<String, byte[]> json(String id, String destination) {
        var text =
                """
                {"transfer_id": "%s", "destination": "%s", "actor": {"type": "producer", "id": "billing"}}
                """
                        .formatted(id, destination);
        var request =
                new ProducerRecord<>(
                        fleet.topicPrefix() + "requests",
                        destination,
                        text.getBytes(StandardCharsets.UTF_8));
        request.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
        return request;
    }

    private static void send(ProducerRecord<String, byte[]> request) throws Exception {
        producer.send(request).get();
    }
}
