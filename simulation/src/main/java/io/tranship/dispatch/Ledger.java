package io.tranship.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.tranship.simulation.Settings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;

/// One life of the dispatch service without its consumers' threads: the real ledger, each of whose
/// transactions is a call.
///
/// Its memory (the decoded catalog) dies with it, as with a process.
public final class Ledger {

    private static final DispatchConfig CONFIG =
            new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .withSources(
                            new PropertiesConfigSource(Settings.properties(), "simulation", 500))
                    .withMapping(DispatchConfig.class)
                    .withMappingIgnore("tranship.**")
                    .build()
                    .getConfigMapping(DispatchConfig.class);

    private final Outbox outbox;
    private final CatalogStore catalogs = new CatalogStore();
    private final LauncherStore launchers;
    private final AdmissionLedger admissions;
    private final AdmissionLoop loop;
    private final RequestsConsumer requests;
    private final TransfersConsumer transfers;
    private final CatalogConsumer catalog;
    private final WaitingStore waits = new WaitingStore();

    /// What one tick decided.
    ///
    /// @param readsMore the service would tick again at once
    public record Ticked(List<Dispatched> dispatched, int fleetRoom, boolean readsMore) {}

    @SuppressWarnings("NullAway") // no Kafka, and no timer
    public Ledger(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        launchers = new LauncherStore(CONFIG);
        admissions = new AdmissionLedger(CONFIG);
        var publisher = new FactPublisher(CONFIG);
        var queue = new QueueLedger();
        loop =
                new AdmissionLoop(
                        outbox,
                        catalogs,
                        admissions,
                        publisher,
                        new DispatchMetrics(new SimpleMeterRegistry()),
                        CONFIG,
                        clock,
                        null);
        requests = new RequestsConsumer(null, outbox, catalogs, queue, publisher, loop, CONFIG);
        transfers =
                new TransfersConsumer(
                        null, outbox, admissions, queue, new LogLedger(), publisher, loop, clock);
        catalog = new CatalogConsumer(null, outbox, admissions, catalogs, loop);
    }

    /// The service's own, in their order. Other services have some of the same names, so they are
    /// looked for beside its classes.
    public static List<String> migrations() {
        try {
            var place =
                    Path.of(
                            AdmissionLoop.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            if (Files.isDirectory(place)) {
                return migrations(place.resolve("db/migration"));
            }
            try (var jar = FileSystems.newFileSystem(place)) {
                return migrations(jar.getPath("db/migration"));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the ledger's migrations cannot be read", e);
        }
    }

    private static List<String> migrations(Path folder) throws IOException {
        var texts = new TreeMap<Integer, String>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                texts.put(
                        Integer.parseInt(name.substring(1, name.indexOf("__"))),
                        Files.readString(file));
            }
        }
        return List.copyOf(texts.values());
    }

    public Uni<Void> takeIn(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        return requests.takeIn(session, fresh);
    }

    /// @return whether the ledger is another one now
    public Uni<Boolean> read(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        return transfers.read(session, fresh);
    }

    public Uni<Void> copy(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        return catalog.copy(session, fresh);
    }

    /// @return whether the fleet has more room than before
    public Uni<Boolean> hear(
            Mutiny.StatelessSession session, List<InboxRecord> telemetry, Instant now) {
        var rooms = new LinkedHashMap<String, LauncherStore.Announced>();
        telemetry.forEach(each ->
                room(each)
                        .ifPresent(room ->
                                rooms.put(
                                        room.launcher(),
                                        LauncherStore.Announced.of(room, each.timestamp()))));
        return rooms.isEmpty()
                ? Uni.createFrom().item(false)
                : launchers.announce(session, rooms.values(), now);
    }

    /// Only rooms concern the ledger.
    public static boolean concerns(InboxRecord telemetry) {
        return room(telemetry).isPresent();
    }

    private static Optional<Telemetry.LauncherRoom> room(InboxRecord telemetry) {
        try {
            return TelemetryCodec.decode(Objects.requireNonNull(telemetry.value()))
                            instanceof Telemetry.LauncherRoom room
                    ? Optional.of(room)
                    : Optional.empty();
        } catch (UndecodableException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// One transaction.
    public Ticked tick(Instant now) {
        var verdicts = loop.tick(now).await().indefinitely();
        return new Ticked(
                verdicts.dispatches().stream().map(Dispatch::fact).toList(),
                verdicts.dispatches().isEmpty() ? 0 : fleetRoom(now),
                verdicts.readsMore());
    }

    private int fleetRoom(Instant now) {
        return outbox.read(session -> launchers.room(session, now)).await().indefinitely();
    }

    /// Who could run now, by the real admission over all that wait, and does not.
    public List<TransferId> sleepers(Instant now) {
        return outbox.read(session ->
                        catalogs.current(session)
                                .chain(copy ->
                                        waits.line(session, null, null)
                                                .map(line ->
                                                        open(
                                                                Roster.of(
                                                                                line,
                                                                                copy,
                                                                                now,
                                                                                CONFIG
                                                                                        .unknownNames())
                                                                        .candidates(),
                                                                now)))
                                .chain(candidates -> grants(session, candidates, now)))
                .await()
                .indefinitely();
    }

    private static List<Candidate> open(List<Candidate> waiting, Instant now) {
        return waiting.stream()
                .filter(each -> each.waiting().expiresAt().isAfter(now.plus(CONFIG.closing())))
                .toList();
    }

    private Uni<List<TransferId>> grants(
            Mutiny.StatelessSession session, List<Candidate> candidates, Instant now) {
        return launchers
                .room(session, now)
                .chain(room ->
                        admissions
                                .holdings(session, candidates, now)
                                .map(held ->
                                        Admission.decide(
                                                        candidates,
                                                        held,
                                                        room,
                                                        now.minus(CONFIG.waitBound()))
                                                .stream()
                                                .filter(Decision.Grant.class::isInstance)
                                                .map(decision -> decision.waiting().id())
                                                .toList()));
    }
}
