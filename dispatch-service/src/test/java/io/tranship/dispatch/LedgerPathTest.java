package io.tranship.dispatch;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The service as others see it: records in, records out, and its HTTP answers.
@QuarkusTest
@TestProfile(ThroughKafka.class)
class LedgerPathTest {

    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Random RANDOM = new Random();
    private static int round;

    @Inject DispatchConfig config;
    @Inject Outbox outbox;

    private final List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
    private Topics topics = new Topics("");
    private @Nullable KafkaProducer<String, byte[]> producer;
    private @Nullable KafkaConsumer<String, byte[]> consumer;
    private String acme = "";
    private Vendor vendor = Vendor.withOneOfEach();

    @BeforeEach
    void aCatalogAndALauncher() {
        topics = new Topics(config.topicPrefix());
        producer = producer(config.kafka());
        consumer = consumer(config.kafka());
        assignAll();
        round++;
        acme = "acme-" + round;
        vendor = Vendor.withOneOfEach().destination(acme, acme);
        vendor.records().forEach(this::publish);
        announce(20);
    }

    @AfterEach
    void close() {
        producer.close();
        consumer.close();
    }

    @Test
    void aRequestBecomesAFactAndAWorkOrder() {
        var id = draw();
        ask(Vendor.ask(id, acme, TransferKind.TRANSFER, "invoices"));

        var dispatched = (Dispatched) awaitFact(id, Dispatched.class::isInstance);
        var order = awaitOrder(id);
        assertThat(facts(id).getFirst()).isInstanceOf(Requested.class);
        assertThat(order.epoch()).isEqualTo(dispatched.epoch());
        assertThat(order.destination().id()).isEqualTo(acme);
        assertThat(order.models()).extracting(CatalogRecord::name).containsExactly("invoices");

        send(topics.transfers(), id, FactCodec.encode(new Orphaned(id, dispatched.epoch())));
        var next = request(acme);
        awaitFact(next, Dispatched.class::isInstance);
    }

    /// A tick goes along in the transaction of what it follows from.
    @Test
    void aTickThatFailsKeepsNobodyFromBeingTakenIn() {
        var id = draw();
        sql("alter table line_turn rename to line_turn_away");
        try {
            ask(Vendor.ask(id, acme, TransferKind.TRANSFER, "invoices"));
            awaitFact(id, Requested.class::isInstance);
        } finally {
            sql("alter table line_turn_away rename to line_turn");
        }
        awaitFact(id, Dispatched.class::isInstance);
    }

    private void sql(String statement) {
        outbox.inTransaction(session -> session.createNativeQuery(statement).executeUpdate())
                .await()
                .atMost(WAIT);
    }

    @Test
    void whatIsAskedInJsonByNameIsTakenInOnce() {
        var id = draw();
        var asked = Vendor.ask(id, acme, TransferKind.TRANSFER, "invoices");
        for (var i = 0; i < 3; i++) {
            var each =
                    new ProducerRecord<>(topics.requests(), acme, RequestCodec.encodeJson(asked));
            each.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
            var _ = producer.send(each);
        }
        awaitFact(id, Dispatched.class::isInstance);
        var marker = request("globex-" + round);
        awaitFact(marker, Requested.class::isInstance);

        assertThat(facts(id).stream().filter(Requested.class::isInstance)).hasSize(1);
    }

    @Test
    void garbageGoesToTheDeadLettersAndLosesNothing() {
        for (var topic :
                List.of(
                        topics.requests(),
                        topics.transfers(),
                        topics.catalog(),
                        topics.telemetry())) {
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    topic, "garbage", "garbage".getBytes(StandardCharsets.UTF_8)));
        }
        var id = request(acme);

        awaitFact(id, Dispatched.class::isInstance);
        await().atMost(WAIT)
                .untilAsserted(() -> {
                    poll();
                    for (var topic :
                            List.of(
                                    topics.requests(),
                                    topics.transfers(),
                                    topics.catalog(),
                                    topics.telemetry())) {
                        assertThat(read)
                                .as(topic)
                                .anyMatch(each -> each.topic().equals(topics.deadLetters(topic)));
                    }
                });
    }

    @Test
    void anUnknownDestinationIsRejectedAfterItsWait() {
        var id = request("nowhere");

        var rejected = (Rejected) awaitFact(id, Rejected.class::isInstance);
        assertThat(rejected.error().code()).isEqualTo(ErrorCode.UNKNOWN_DESTINATION.code());
    }

    @Test
    void aPendingTransferSaysWhatItWaitsFor() {
        var first = request(acme);
        var epoch = ((Dispatched) awaitFact(first, Dispatched.class::isInstance)).epoch();
        var second = request(acme);
        awaitFact(second, Blocked.class::isInstance);
        var third = request(acme);
        awaitFact(third, Blocked.class::isInstance);

        given().get("/dispatch/waiting/" + third)
                .then()
                .statusCode(200)
                .body("parked_on", equalTo("destination:" + acme))
                .body("blocked_by[0].resource", equalTo("destination:" + acme))
                .body("blocked_by[0].limit", equalTo(1))
                .body("blocked_by[0].holders", hasItem(first.toString()))
                .body("blocked_by[0].position", equalTo(2));
        given().get("/dispatch/waiting/" + first)
                .then()
                .statusCode(404)
                .body("detail", containsString("does not wait"));
        given().queryParam("destination", acme)
                .get("/dispatch/what-if")
                .then()
                .statusCode(200)
                .body("would_start.size()", equalTo(0))
                .body("looked_at", equalTo(2));
        given().queryParam("resource", "fleet")
                .queryParam("limit", -1)
                .get("/dispatch/what-if")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("limit"));

        send(
                topics.transfers(),
                second,
                FactCodec.encode(new CancelRequested(second, Actor.SCHEDULE)));
        awaitFact(second, Cancelled.class::isInstance);
        send(topics.transfers(), first, FactCodec.encode(new Orphaned(first, epoch)));
        awaitFact(third, Dispatched.class::isInstance);
    }

    @Test
    void whatIfAnswersWhoWouldStart() {
        var wide = "wide-" + round;
        publish(vendor.model("orders", "app").find("model:orders"));
        vendor.destination(wide, acme, 1, "*").records().forEach(this::publish);
        var first = draw();
        ask(Vendor.ask(first, wide, TransferKind.TRANSFER, "invoices"));
        awaitFact(first, Dispatched.class::isInstance);
        var second = draw();
        ask(Vendor.ask(second, wide, TransferKind.TRANSFER, "orders"));
        awaitFact(second, Blocked.class::isInstance);

        given().queryParam("resource", "destination:" + wide)
                .queryParam("limit", 2)
                .get("/dispatch/what-if")
                .then()
                .statusCode(200)
                .body("would_start[0].transfer_id", equalTo(second.toString()))
                .body("would_start[0].slots", hasItem("destination:" + wide));
    }

    @Test
    void anOperatorSeesHealthMetricsAndTheApi() {
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("tranship_dispatch_tick_seconds"))
                .body(containsString("tranship_dispatch_waiting"))
                .body(not(containsString("PASSWORD")));
        given().get("/q/openapi").then().statusCode(200).body(containsString("/dispatch/what-if"));
    }

    private TransferId request(String destination) {
        var id = draw();
        ask(Vendor.ask(id, destination, TransferKind.TRANSFER));
        return id;
    }

    private void ask(TransferRequest request) {
        send(topics.requests(), request.transferId(), RequestCodec.encode(request));
    }

    private static TransferId draw() {
        return new TransferId(UuidV7.draw(Instant.now(), RANDOM));
    }

    private void publish(CatalogRecord entry) {
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topics.catalog(), entry.key(), CatalogCodec.encode(entry)));
    }

    private void announce(int capacity) {
        var room = new Telemetry.LauncherRoom("launcher-1", "host", capacity, 0);
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topics.telemetry(), room.launcher(), TelemetryCodec.encode(room)));
    }

    private void send(String topic, TransferId id, byte[] value) {
        var _ = producer.send(new ProducerRecord<>(topic, id.toString(), value));
    }

    private TransferFact awaitFact(TransferId id, Predicate<TransferFact> wanted) {
        return await().atMost(WAIT)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            poll();
                            return facts(id).stream().filter(wanted).findFirst().orElse(null);
                        },
                        found -> found != null);
    }

    private WorkOrder awaitOrder(TransferId id) {
        return await().atMost(WAIT)
                .until(
                        () -> {
                            poll();
                            return order(id);
                        },
                        found -> found != null);
    }

    private @Nullable WorkOrder order(TransferId id) throws UndecodableException {
        for (var each : read) {
            if (each.topic().equals(topics.workOrders()) && id.toString().equals(each.key())) {
                return WorkOrderCodec.decode(each.value());
            }
        }
        return null;
    }

    private List<TransferFact> facts(TransferId id) {
        var facts = new ArrayList<TransferFact>();
        for (var each : read) {
            if (each.topic().equals(topics.transfers()) && id.toString().equals(each.key())) {
                try {
                    facts.add(FactCodec.decode(each.value()));
                } catch (UndecodableException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return facts;
    }

    private void poll() {
        consumer.poll(Duration.ofMillis(10)).forEach(read::add);
    }

    private void assignAll() {
        var partitions =
                topics.all().stream()
                        .map(Topics.Topic::name)
                        .filter(name -> !name.equals(topics.telemetry()))
                        .flatMap(name -> consumer.partitionsFor(name).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    private static KafkaProducer<String, byte[]> producer(String servers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", "0"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<String, byte[]> consumer(String servers) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
