package io.tranship.dispatch;

import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Does by hand, and blocking, what consumers and loop do in the service: each call is one
/// transaction, and calls from several threads are several replicas.
@ApplicationScoped
class LedgerDriver {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static final String WAITS_FOR_THE_LOCK =
            "select pid from pg_locks where locktype = 'advisory' and objid = 74020001 and not granted";

    private final Outbox outbox;
    private final RequestsConsumer requests;
    private final TransfersConsumer transfers;
    private final CatalogConsumer catalogConsumer;
    private final CatalogStore catalogs;
    private final LauncherStore launchers;
    private final AdmissionLedger ledger;
    private final AdmissionLoop loop;
    private final UpkeepLoop upkeep;
    private final WaitingStore waits;
    private final AgroalDataSource database;
    private final MeterRegistry meters;
    private final Topics topics;
    private final DispatchConfig config;
    private final AtomicLong offset = new AtomicLong();

    LedgerDriver(
            Outbox outbox,
            RequestsConsumer requests,
            TransfersConsumer transfers,
            CatalogConsumer catalogConsumer,
            CatalogStore catalogs,
            LauncherStore launchers,
            AdmissionLedger ledger,
            AdmissionLoop loop,
            UpkeepLoop upkeep,
            WaitingStore waits,
            AgroalDataSource database,
            MeterRegistry meters,
            DispatchConfig config) {
        this.outbox = outbox;
        this.requests = requests;
        this.transfers = transfers;
        this.catalogConsumer = catalogConsumer;
        this.catalogs = catalogs;
        this.launchers = launchers;
        this.ledger = ledger;
        this.loop = loop;
        this.upkeep = upkeep;
        this.waits = waits;
        this.database = database;
        this.meters = meters;
        this.topics = new Topics(config.topicPrefix());
        this.config = config;
    }

    /// An empty ledger. What was ever in the catalog is deleted there, as replicas know it.
    void empty() {
        sql(
                "truncate transfer, queue, dispatched, slot, freed, reservation, line_turn, launcher, outbox, inbox");
        sql("update epoch set last = 0");
        sql(
                "update catalog_copy set record = null, revision = 0, version = (select version + 1 from catalog_version)");
        sql("update catalog_version set version = version + 1, revision = 0");
    }

    void catalog(Vendor vendor) {
        catalog(vendor.records());
    }

    void catalog(Collection<CatalogRecord> records) {
        in(session ->
                catalogConsumer.copy(
                        session,
                        records.stream()
                                .map(entry ->
                                        consumed(
                                                "catalog",
                                                entry.key(),
                                                CatalogCodec.encode(entry),
                                                NOW))
                                .toList()));
    }

    void deleteFromCatalog(String key) {
        in(session -> catalogConsumer.copy(session, List.of(consumed("catalog", key, null, NOW))));
    }

    void room(String launcher, int capacity, Instant heardAt) {
        in(session ->
                launchers.announce(
                        session,
                        List.of(
                                new LauncherStore.Announced(
                                        launcher, "host", capacity, 0, heardAt)),
                        heardAt));
    }

    void request(Instant at, TransferRequest... asked) {
        in(session ->
                requests.takeIn(
                        session,
                        Stream.of(asked)
                                .map(request ->
                                        consumed(
                                                "requests",
                                                request.destination(),
                                                RequestCodec.encode(request),
                                                at))
                                .toList()));
    }

    boolean facts(TransferFact... facts) {
        return facts(List.of(facts));
    }

    boolean facts(List<TransferFact> facts) {
        return in(session ->
                transfers.read(
                        session,
                        facts.stream()
                                .map(fact ->
                                        consumed(
                                                "transfers",
                                                fact.transferId().toString(),
                                                FactCodec.encode(fact),
                                                NOW))
                                .toList()));
    }

    Verdicts tick(Instant now) {
        return loop.tick(now).await().atMost(Duration.ofSeconds(20));
    }

    /// A tick that reads this clock itself; `meanwhile` runs before it is waited for.
    CompletableFuture<Verdicts> tickBy(InstantSource clock, Runnable meanwhile) {
        var tick = loop.tick(clock).subscribeAsCompletionStage();
        await().until(() -> !rows(WAITS_FOR_THE_LOCK).isEmpty());
        meanwhile.run();
        return tick;
    }

    /// Does `work` while another session holds the ledger's lock.
    <T> T whileLocked(Supplier<T> work) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(74020001)");
            var done = work.get();
            connection.rollback();
            return done;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// A setting as the sessions of the service see it.
    String setting(String name) {
        return in(session ->
                session.createNativeQuery("select current_setting(:name)", String.class)
                        .setParameter("name", name)
                        .getSingleResult());
    }

    /// The gauges of drift that are not 0, after one upkeep.
    Map<String, Double> drift() {
        forget(NOW);
        var drift = new HashMap<String, Double>();
        for (var gauge : meters.find("tranship.dispatch.drift").gauges()) {
            if (gauge.value() > 0) {
                drift.put(gauge.getId().getTag("kind"), gauge.value());
            }
        }
        return drift;
    }

    /// Ticks until nothing is left to do.
    void settle(Instant now) {
        for (var i = 0; i < 1_000; i++) {
            if (!tick(now).readsMore()) {
                return;
            }
        }
        throw new AssertionError("1,000 ticks in a row had more to read");
    }

    int forget(Instant now) {
        return upkeep.tick(now).await().atMost(Duration.ofSeconds(20));
    }

    private Instant agedBefore(Instant now) {
        return now.minus(config.waitBound());
    }

    /// Who could run, and does not.
    List<TransferId> sleepers(Instant now) {
        return in(session ->
                        catalogs.current(session)
                                .chain(catalog ->
                                        waits.line(session, null, null)
                                                .map(line ->
                                                        Roster.of(line, catalog, now, Duration.ZERO)
                                                                .candidates()))
                                .chain(candidates ->
                                        launchers
                                                .room(session, now)
                                                .chain(room ->
                                                        ledger.holdings(session, candidates, now)
                                                                .map(held ->
                                                                        Admission.decide(
                                                                                candidates,
                                                                                held,
                                                                                room,
                                                                                agedBefore(now))))))
                .stream()
                .filter(Decision.Grant.class::isInstance)
                .map(decision -> decision.waiting().id())
                .toList();
    }

    /// What the ledger said to the log, in its order.
    List<TransferFact> said() {
        var facts = new ArrayList<TransferFact>();
        for (var row : rows("select value from outbox where topic like '%transfers' order by id")) {
            try {
                facts.add(FactCodec.decode((byte[]) row.getFirst()));
            } catch (UndecodableException e) {
                throw new AssertionError(e);
            }
        }
        return facts;
    }

    List<TransferFact> said(TransferId id) {
        return said().stream().filter(fact -> fact.transferId().equals(id)).toList();
    }

    <T extends TransferFact> List<T> said(Class<T> type) {
        return said().stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<UUID> running() {
        return rows("select transfer_id from dispatched order by epoch").stream()
                .map(row -> (UUID) row.getFirst())
                .toList();
    }

    /// Everything that the ledger knows, row by row.
    List<List<Object>> everything() {
        var all = new ArrayList<List<Object>>();
        all.addAll(rows("select transfer_id, epoch, over_at is null from transfer order by 1"));
        all.addAll(rows("select transfer_id, parked_on, turn from queue order by 1"));
        all.addAll(rows("select transfer_id, epoch, run from dispatched order by 1"));
        all.addAll(rows("select resource, n, transfer_id from slot order by 1, 2"));
        return all;
    }

    long count(String table) {
        return (Long) rows("select count(*) from " + table).getFirst().getFirst();
    }

    void sql(String statement) {
        try (var connection = database.getConnection();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        }
    }

    List<List<Object>> rows(String query) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            var rows = new ArrayList<List<Object>>();
            while (result.next()) {
                var row = new ArrayList<@Nullable Object>();
                for (var i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getObject(i));
                }
                rows.add(new ArrayList<>(row));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    InboxRecord consumed(String topic, String key, byte @Nullable [] value, Instant at) {
        return new InboxRecord(
                topics.prefix() + topic,
                0,
                offset.getAndIncrement(),
                at,
                key,
                value,
                Map.of(CloudEventHeaders.CONTENT_TYPE, RequestCodec.AVRO));
    }

    <T> T in(Function<Mutiny.StatelessSession, Uni<T>> work) {
        return outbox.inTransaction(work).await().atMost(Duration.ofSeconds(20));
    }
}
