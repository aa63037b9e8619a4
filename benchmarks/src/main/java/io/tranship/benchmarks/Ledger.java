package io.tranship.benchmarks;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import io.tranship.servers.LocalService;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// One dispatch-service as a real process with its own topics and database, and a fleet that is
/// played.
final class Ledger implements AutoCloseable {

    /// The poll of what nobody poked for is left as it is; only the cap on the fleet is lifted.
    private static final Map<String, String> SETTINGS = Map.of("TRANSHIP_FLEET_MAX", "100000");

    private static final String PARKED = "select count(*) from queue where parked_on is not null";
    private static final String OUT = "select count(*) from dispatched";
    private static final String OUTBOX = "select count(*) from outbox";
    static final String TAKEN_IN =
            "select coalesce(sum(next), 0) from inbox where reader = 'dispatch-requests'";

    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LocalService service;
    private final Launchers launchers;
    private final Connection connection;

    Ledger(Stand stand, String name, int destinations)
            throws IOException, SQLException, InterruptedException {
        this.topics = stand.topics(name + ".");
        this.producer = Kafka.producer(stand.bootstrap(), 5);
        stand.newDatabase(name);
        var catalog =
                CatalogOf.destinations(destinations).stream()
                        .map(each ->
                                Kafka.of(topics.catalog(), each.key(), CatalogCodec.encode(each)))
                        .toList();
        Kafka.sendAll(producer, catalog);
        this.service = stand.service("dispatch-service", name, topics.prefix(), SETTINGS);
        this.connection = stand.connect(name);
        Db.await(connection, "select count(*) from catalog_copy", n -> n == catalog.size());
        this.launchers = new Launchers(stand.bootstrap(), topics);
        Db.await(connection, "select count(*) from launcher", n -> n == 1);
    }

    Launchers launchers() {
        return launchers;
    }

    Topics topics() {
        return topics;
    }

    Connection connection() {
        return connection;
    }

    Cpu cpu() {
        return new Cpu(service.pid());
    }

    TransferId newId() {
        return new TransferId(UuidV7.draw(Instant.now(), random));
    }

    ProducerRecord<byte[], byte[]> request(TransferId id, int destination) {
        var request =
                TransferRequest.plain(
                        id, CatalogOf.destination(destination), new Actor("user", "bench"));
        return Kafka.of(
                topics.requests(),
                CatalogOf.destination(destination),
                RequestCodec.encode(request));
    }

    /// Over the destinations in turn, from the first on.
    List<ProducerRecord<byte[], byte[]>> requests(int count, int destinations) {
        var requests = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var n = 0; n < count; n++) {
            requests.add(request(newId(), n % destinations));
        }
        return requests;
    }

    void send(List<ProducerRecord<byte[], byte[]>> requests) {
        Kafka.sendAll(producer, requests);
    }

    /// The service does nothing until [#thaw]; so what is sent meanwhile is there at once.
    void freeze() throws IOException, InterruptedException {
        Signals.send(service.pid(), "STOP");
    }

    void thaw() throws IOException, InterruptedException {
        Signals.send(service.pid(), "CONT");
    }

    void awaitWaiting(long parked, long running) throws SQLException, InterruptedException {
        Db.await(connection, PARKED, n -> n == parked);
        Db.await(connection, OUT, n -> n == running);
        Db.await(connection, OUTBOX, n -> n == 0);
    }

    /// As above, and the fleet holds all that run.
    void awaitHeld(long parked, long running) throws SQLException, InterruptedException {
        awaitWaiting(parked, running);
        Db.await(connection, "select 0", _ -> launchers.held().size() == running);
    }

    void awaitIdle() throws SQLException, InterruptedException {
        Db.await(connection, OUT, n -> n == 0);
        Db.await(connection, "select count(*) from queue", n -> n == 0);
        Db.await(connection, OUTBOX, n -> n == 0);
    }

    /// Tables that grew by tens of thousands of rows at once: what autovacuum does within a minute.
    void analyze() throws SQLException {
        Db.run(connection, "vacuum analyze");
    }

    @Override
    public void close() throws SQLException {
        launchers.close();
        service.stop();
        connection.close();
        producer.close();
    }
}
