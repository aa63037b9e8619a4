package io.tranship.simulation;

import io.tranship.dispatch.Ledger;
import io.tranship.outbox.InboxRecord;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.UndecodableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the ledger must hold, known without it: by what it said it dispatched, and by what it has
/// read of the log.
final class LedgerWatch {

    private final World world;
    private final Database database;
    private final Network network;
    private final Map<String, CatalogRecord> catalog = new HashMap<>();
    private final Map<TransferId, TransferKind> kinds = new HashMap<>();
    private final Map<TransferId, Open> open =
            new TreeMap<>(Comparator.comparing(TransferId::value));
    private final Map<TransferId, Map<String, Integer>> limits = new HashMap<>();
    private final Map<TransferId, Instant> submittedAt = new HashMap<>();
    private final FairnessWatch fairness;
    private int fleetRoom;

    /// A transfer that was dispatched and whose run, as far as the ledger can know, has not ended.
    private record Open(long epoch, Target target, boolean logged, @Nullable RunId run) {

        List<String> resources() {
            var resources = new ArrayList<String>();
            var destination = target.destinationId();
            resources.add("destination:" + destination);
            target.models().forEach(model -> resources.add("model:" + destination + "/" + model));
            target.sourceIds().forEach(source -> resources.add("source:" + source));
            resources.add("fleet");
            return resources;
        }
    }

    LedgerWatch(World world, Database database, Network network) {
        this.world = world;
        this.database = database;
        this.network = network;
        fairness = new FairnessWatch(world, database, catalog);
    }

    /// The ledger has committed what `fresh` does.
    void applied(Topic topic, List<InboxRecord> fresh) {
        try {
            if (topic == network.requests()) {
                for (var each : fresh) {
                    var request = RequestCodec.decode(Objects.requireNonNull(each.value()), null);
                    kinds.putIfAbsent(request.transferId(), request.kind());
                    submittedAt.putIfAbsent(request.transferId(), each.timestamp());
                }
            } else if (topic == network.catalog()) {
                for (var each : fresh) {
                    var entry = CatalogCodec.decode(Objects.requireNonNull(each.value()));
                    catalog.put(entry.key(), entry);
                }
            } else if (topic == network.transfers()) {
                for (var each : fresh) {
                    read(FactCodec.decode(Objects.requireNonNull(each.value())));
                }
                slotsAreThoseOfOpenRuns();
            }
        } catch (UndecodableException e) {
            throw new AssertionError(e);
        }
    }

    private void read(TransferFact fact) {
        var held = open.get(fact.transferId());
        if (held == null) {
            return;
        }
        switch (fact) {
            case Started s when s.epoch() == held.epoch() && held.run() == null ->
                    open.put(s.transferId(), new Open(held.epoch(), held.target(), true, s.run()));
            // Without a run that is known, no other can have started before this one.
            case Finished f
                    when f.epoch() == held.epoch()
                            && (held.run() == null || held.run().equals(f.run())) ->
                    open.remove(f.transferId());
            case Dispatched d when d.epoch() == held.epoch() ->
                    open.put(
                            d.transferId(),
                            new Open(held.epoch(), held.target(), true, held.run()));
            // Before its dispatch: no launcher takes the order.
            case Expired _, Cancelled _, Rejected _ when !held.logged() ->
                    open.remove(fact.transferId());
            case Orphaned o when o.epoch() == held.epoch() -> open.remove(o.transferId());
            default -> {}
        }
    }

    /// The ledger has committed a tick that dispatched these.
    void dispatched(List<Dispatched> dispatched) {
        for (var each : dispatched) {
            world.require(
                    !limits.containsKey(each.transferId()),
                    "%s is dispatched a second time",
                    each.transferId());
            open.put(each.transferId(), new Open(each.epoch(), each.target(), false, null));
        }
        if (!dispatched.isEmpty()) {
            slotsAreThoseOfOpenRuns();
            dispatched.forEach(this::noLimitIsPassed);
            nobodyWasOvertaken(dispatched);
        }
    }

    private void noLimitIsPassed(Dispatched dispatched) {
        var mine = Objects.requireNonNull(open.get(dispatched.transferId()));
        var granted = new HashMap<String, Integer>();
        for (var resource : mine.resources()) {
            var limit = limit(resource);
            var held = open.values().stream().filter(o -> o.resources().contains(resource)).count();
            world.require(
                    held <= limit,
                    "%s is dispatched, and now %d hold %s, whose limit is %d",
                    dispatched.transferId(),
                    held,
                    resource,
                    limit);
            granted.put(resource, limit);
        }
        limits.put(dispatched.transferId(), granted);
        var kind = kinds.get(dispatched.transferId());
        open.forEach((id, other) ->
                world.require(
                        !other.target().destinationId().equals(mine.target().destinationId())
                                || kinds.get(id) == kind,
                        "%s is dispatched as %s beside %s, which is %s",
                        dispatched.transferId(),
                        kind,
                        id,
                        kinds.get(id)));
    }

    private void nobodyWasOvertaken(List<Dispatched> dispatched) {
        var agedBefore = world.instant().minus(Settings.WAIT_BOUND);
        var young =
                dispatched.stream()
                        .map(Dispatched::transferId)
                        .filter(id ->
                                !submittedAt.getOrDefault(id, Instant.MAX).isBefore(agedBefore))
                        .collect(Collectors.toSet());
        if (!young.isEmpty()) {
            var others = new HashMap<>(open);
            others.keySet().removeAll(young);
            fairness.nobodyWasOvertaken(
                    this::limit,
                    resource ->
                            (int)
                                    others.values().stream()
                                            .filter(o -> o.resources().contains(resource))
                                            .count(),
                    destination ->
                            others.entrySet().stream()
                                    .filter(e ->
                                            e.getValue()
                                                    .target()
                                                    .destinationId()
                                                    .equals(destination))
                                    .map(e -> kinds.get(e.getKey()))
                                    .collect(Collectors.toSet()));
        }
    }

    private int limit(String resource) {
        return switch (catalog.get(resource)) {
            case CatalogRecord.Source source -> source.maxConcurrentTransfers();
            case CatalogRecord.Destination destination -> destination.maxConcurrentTransfers();
            case null, default -> resource.equals("fleet") ? fleetRoom : 1;
        };
    }

    /// How much room live launchers had in the tick.
    void fleetHas(int room) {
        fleetRoom = room;
    }

    /// @return under which limit `transfer` was granted `resource`
    int limitAtGrant(TransferId transfer, String resource) {
        return limits.getOrDefault(transfer, Map.of()).getOrDefault(resource, 0);
    }

    void slotsAreThoseOfOpenRuns() {
        var expected = new TreeSet<String>();
        open.forEach((id, held) ->
                held.resources().forEach(resource -> expected.add(resource + " " + id)));
        var found = new ArrayList<String>();
        for (var row : database.rows("select resource, cast(transfer_id as text) from slot")) {
            found.add(row[0] + " " + row[1]);
        }
        found.sort(null);
        world.require(
                found.equals(List.copyOf(expected)),
                "slots are not those of open runs: expected %s, found %s",
                expected,
                found);
    }

    void nobodySleeps(Ledger ledger) {
        if (world.chance(0.2)) {
            var sleepers = ledger.sleepers(world.instant());
            world.require(sleepers.isEmpty(), "%s could run and sleep: %s", sleepers, parked());
        }
    }

    private List<String> parked() {
        return database.rows("select cast(transfer_id as text), parked_on from queue").stream()
                .map(row -> row[0] + " on " + row[1])
                .toList();
    }

    void nothingIsLeft() {
        for (var table : List.of("queue", "dispatched", "slot", "outbox")) {
            var left = database.rows("select count(*) from " + table).getFirst()[0];
            world.require(left.equals(0L), "%s rows are left in %s", left, table);
        }
        world.require(open.isEmpty(), "%s are open", open.keySet());
    }
}
