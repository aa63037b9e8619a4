package io.tranship.benchmarks;

import io.tranship.benchmarks.Upserts.Batch;
import io.tranship.benchmarks.Upserts.Table;
import io.tranship.schemas.Actor;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Target;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.servers.LocalService;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Facts folded by status-service, in turn with upserts of the very rows that it made of them, in
/// batches of the same size.
final class FoldBench {

    /// So many transfers are under way at once: a batch seldom holds two facts of one transfer.
    private static final int UNDER_WAY = 1_000;

    private static final String FOLDED =
            "select coalesce(sum(next), 0) from inbox where reader = 'status-transfers'";

    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Stand stand;
    private final Sizes sizes;
    private final Results results;
    private final Topics topics;

    FoldBench(Stand stand, Sizes sizes, Results results) {
        this.stand = stand;
        this.sizes = sizes;
        this.results = results;
        this.topics = stand.topics("fold.");
    }

    void run() throws IOException, SQLException, InterruptedException {
        stand.newDatabase("fold");
        var service = stand.service("status-service", "fold", topics.prefix(), Map.of());
        try (var connection = stand.connect("fold");
                var producer = Kafka.producer(stand.bootstrap(), 5)) {
            var upserts =
                    new Upserts(
                            connection,
                            List.of(
                                    new Table("fact", "transfer_id, digest"),
                                    new Table("transfer", "transfer_id")));
            var folds = new ArrayList<Double>();
            var bare = new ArrayList<Double>();
            var cpu = new ArrayList<Double>();
            for (var round = 0; round <= sizes.foldRounds(); round++) {
                var last = Db.number(connection, "select coalesce(max(n), 0) from fact");
                var facts = facts();
                var cost = Cost.begin(stand, new Cpu(service.pid()));
                var fold = facts.size() / fold(service, connection, producer, facts);
                var spent = cost.end(facts.size());
                var upsert = facts.size() / upserts.run(batches(connection, last));
                // The first round warms the process up.
                if (round > 0) {
                    folds.add(fold);
                    bare.add(upsert);
                    cpu.add(spent.get("service"));
                }
            }
            stand.report("fold and upserts");
            results.add("upsert_loop", "facts/s", bare);
            results.add("fold", "facts/s", folds, "upsert_loop");
            results.add("fold_cpu_service", "CPU ms each", cpu);
        } finally {
            service.stop();
        }
        Progress.say("fold: done");
    }

    private double fold(
            LocalService service,
            Connection connection,
            KafkaProducer<byte[], byte[]> producer,
            List<ProducerRecord<byte[], byte[]>> facts)
            throws IOException, SQLException, InterruptedException {
        var before = Db.number(connection, FOLDED);
        Signals.send(service.pid(), "STOP");
        Kafka.sendAll(producer, facts);
        Signals.send(service.pid(), "CONT");
        var began = System.nanoTime();
        Db.await(connection, FOLDED, next -> next >= before + facts.size());
        return (System.nanoTime() - began) / 1e9;
    }

    /// What the round made: in the order of the log, with the row of each transfer that a batch
    /// touches.
    private static List<Batch> batches(Connection connection, long last) throws SQLException {
        var where = "from fact f where n > %d order by log_offset, partition".formatted(last);
        var facts = Db.texts(connection, "select cast(f as text) " + where);
        var ids = Db.texts(connection, "select cast(transfer_id as text) " + where);
        var rows =
                Db.texts(
                        connection,
                        "select cast(t as text) from fact f join transfer t using (transfer_id) where n > %d order by f.log_offset, f.partition"
                                .formatted(last));
        var batches = new ArrayList<Batch>();
        for (var from = 0; from < facts.size(); from += Upserts.BATCH) {
            var to = Math.min(facts.size(), from + Upserts.BATCH);
            var seen = new LinkedHashSet<String>();
            var touched = new ArrayList<String>();
            for (var n = from; n < to; n++) {
                if (seen.add(ids.get(n))) {
                    touched.add(rows.get(n));
                }
            }
            batches.add(new Batch(List.of(facts.subList(from, to), touched)));
        }
        return batches;
    }

    private List<ProducerRecord<byte[], byte[]>> facts() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var begun = 0; begun < sizes.foldTransfers(); begun += UNDER_WAY) {
            var lives = new ArrayList<List<TransferFact>>();
            for (var n = 0; n < Math.min(UNDER_WAY, sizes.foldTransfers() - begun); n++) {
                lives.add(life(n));
            }
            for (var step = 0; step < lives.getFirst().size(); step++) {
                for (var life : lives) {
                    var fact = life.get(step);
                    records.add(
                            Kafka.of(
                                    topics.transfers(),
                                    fact.transferId().toString(),
                                    FactCodec.encode(fact)));
                }
            }
        }
        return records;
    }

    /// All facts of a transfer that went well.
    private List<TransferFact> life(int n) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var id = new TransferId(UuidV7.draw(now, random));
        var run = new RunId(UUID.randomUUID());
        var epoch = now.toEpochMilli();
        var target =
                new Target(
                        CatalogOf.destination(n),
                        CatalogOf.destination(n),
                        "recipient-" + n,
                        List.of(CatalogOf.source(n)),
                        List.of(CatalogOf.model(n)));
        var request =
                TransferRequest.plain(id, CatalogOf.destination(n), new Actor("user", "bench"));
        var receipt =
                new Receipt(
                        "2026-01-01 00:00:00+00",
                        "2026-01-02 00:00:00+00",
                        WatermarkBasis.COMMIT_SAFE,
                        "1",
                        1000,
                        1000,
                        1000,
                        0,
                        0,
                        0,
                        100_000,
                        1,
                        false);
        var result =
                new ModelResult(
                        CatalogOf.model(n),
                        1,
                        ModelResult.Outcome.SUCCESS,
                        receipt,
                        null,
                        null,
                        now,
                        now);
        return List.of(
                new TransferFact.Requested(id, request, now, now.plus(6, ChronoUnit.HOURS), target),
                new TransferFact.Dispatched(
                        id,
                        epoch,
                        target,
                        List.of(new ModelRevision(CatalogOf.model(n), 1)),
                        now.plus(10, ChronoUnit.MINUTES)),
                new TransferFact.Started(id, epoch, run, "launcher", "host"),
                new TransferFact.ModelFinished(id, epoch, run, result),
                new TransferFact.Finished(id, epoch, run, RunEnd.COMPLETED, null));
    }
}
