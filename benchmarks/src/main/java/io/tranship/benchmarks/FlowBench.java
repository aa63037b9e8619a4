package io.tranship.benchmarks;

import io.tranship.benchmarks.Upserts.Batch;
import io.tranship.benchmarks.Upserts.Table;
import io.tranship.schemas.Topics;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Takes requests in, then dispatches and releases all of them, in turn with what a user would pick
/// instead and with the raw limits.
///
/// A transfer holds four slots (destination, model, source, fleet). One runs at each destination
/// and all others wait behind it; the clock runs from the moment at which those end until the last
/// one of all has given its slots back and the outbox is empty.
final class FlowBench {

    private final Stand stand;
    private final Ledger ledger;
    private final Sizes sizes;
    private final Results results;
    private final Upserts upserts;
    private final Topics bare;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Rival> rivals =
            List.of(new DbSchedulerRival(), new JobRunrRival(), new SkipLockedRival());
    private final Map<String, List<Double>> figures = new HashMap<>();

    FlowBench(Stand stand, Ledger ledger, Sizes sizes, Results results) throws SQLException {
        this.stand = stand;
        this.ledger = ledger;
        this.sizes = sizes;
        this.results = results;
        this.bare = stand.topics("bare.");
        this.producer = Kafka.producer(stand.bootstrap(), 5);
        this.upserts =
                new Upserts(
                        ledger.connection(),
                        List.of(
                                new Table("transfer", "transfer_id"),
                                new Table("queue", "transfer_id")));
    }

    void run() throws IOException, SQLException, InterruptedException {
        for (var round = 0; round < sizes.rounds(); round++) {
            takeIn();
            stand.report("intake");
            dispatchAndRelease();
            stand.report("dispatch and release");
            for (var rival : rivals) {
                measure(rival, round);
            }
            Progress.say("flow: round %d of %d done".formatted(round + 1, sizes.rounds()));
        }
        producer.close();
        report();
    }

    private void takeIn() throws IOException, SQLException, InterruptedException {
        var requests = ledger.requests(sizes.transfers() + Sizes.DESTINATIONS, Sizes.DESTINATIONS);
        var before = Db.number(ledger.connection(), Ledger.TAKEN_IN);
        ledger.launchers().answer(false);
        ledger.freeze();
        ledger.send(requests);
        ledger.thaw();
        var began = System.nanoTime();
        Db.await(ledger.connection(), Ledger.TAKEN_IN, next -> next >= before + requests.size());
        put("intake", requests.size() / secondsSince(began));
        ledger.awaitHeld(sizes.transfers(), Sizes.DESTINATIONS);
        ledger.analyze();

        var same =
                requests.stream()
                        .map(each ->
                                new ProducerRecord<>(bare.requests(), each.key(), each.value()))
                        .toList();
        var sent = System.nanoTime();
        Kafka.sendAll(producer, same);
        put("producer", requests.size() / secondsSince(sent));
        put("intake_upsert_loop", sizes.transfers() / upserts.run(batches()));
    }

    /// The rows of what waits, as they stand in the ledger.
    private List<Batch> batches() throws SQLException {
        var transfers =
                Db.texts(
                        ledger.connection(),
                        "select cast(t as text) from queue q join transfer t using (transfer_id) order by q.transfer_id");
        var queued =
                Db.texts(
                        ledger.connection(),
                        "select cast(q as text) from queue q order by q.transfer_id");
        var batches = new ArrayList<Batch>();
        for (var from = 0; from < queued.size(); from += Upserts.BATCH) {
            var to = Math.min(queued.size(), from + Upserts.BATCH);
            batches.add(new Batch(List.of(transfers.subList(from, to), queued.subList(from, to))));
        }
        return batches;
    }

    private void dispatchAndRelease() throws SQLException, InterruptedException {
        var cost = Cost.begin(stand, ledger.cpu());
        var before = ledger.launchers().taken();
        var began = System.nanoTime();
        ledger.launchers().answer(true);
        ledger.launchers().finish(List.copyOf(ledger.launchers().held()));
        Db.await(
                ledger.connection(),
                "select 0",
                _ -> ledger.launchers().taken() - before >= sizes.transfers());
        ledger.awaitIdle();
        put("transfers", sizes.transfers() / secondsSince(began));
        cost.end(sizes.transfers()).forEach((what, millis) -> put("transfers_cpu_" + what, millis));
    }

    private void measure(Rival rival, int round) throws SQLException, InterruptedException {
        var cost = Cost.begin(stand, new Cpu(ProcessHandle.current().pid()));
        put(
                rival.name(),
                sizes.transfers() / rival.seconds(stand, rival.name() + round, sizes.transfers()));
        put(rival.name() + "_cpu_database", cost.end(sizes.transfers()).get("database"));
    }

    private void put(String name, double value) {
        figures.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    private List<Double> of(String name) {
        return figures.getOrDefault(name, List.of());
    }

    private void report() {
        results.add("producer", "records/s", of("producer"));
        results.add("intake_upsert_loop", "rows/s", of("intake_upsert_loop"));
        results.add("intake", "requests/s", of("intake"), "intake_upsert_loop");
        rivals.forEach(rival -> results.add(rival.name(), "jobs/s", of(rival.name())));
        results.add("transfers", "transfers/s", of("transfers"), "db_scheduler");
        results.add("transfers_beside_jobrunr", "transfers/s", of("transfers"), "jobrunr");
        results.add("transfers_beside_skip_locked", "transfers/s", of("transfers"), "skip_locked");
        for (var what : List.of("broker", "database", "service")) {
            results.add("transfers_cpu_" + what, "CPU ms each", of("transfers_cpu_" + what));
        }
        rivals.forEach(rival ->
                results.add(
                        rival.name() + "_cpu_database",
                        "CPU ms each",
                        of(rival.name() + "_cpu_database")));
    }

    private static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
