package io.tranship.simulation;

import io.tranship.schemas.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All destinations with their fence: a claim per model, and who works there at any time.
///
/// Whoever is claimed over while it works shows that two were sent at once; whoever was claimed
/// over and writes is refused.
public final class Destinations {

    private final World world;
    private final LedgerWatch ledger;
    private final Map<String, Claim> claims = new HashMap<>();
    private final List<Worker> workers = new ArrayList<>();
    private long refused;

    private record Claim(long epoch, RunId run, Worker worker) {}

    /// A run at its work, as the simulation knows it and nobody in the system can.
    public interface Worker {
        RunId run();

        io.tranship.schemas.WorkOrder order();

        /// It can still touch source and destination: neither over, dead or frozen, nor past the
        /// time in which it has ended itself.
        boolean isLive(Instant now);
    }

    Destinations(World world, LedgerWatch ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /// All models or none, as in one transaction.
    public boolean claim(Worker worker) {
        var order = worker.order();
        for (var model : order.models()) {
            var held = claims.get(key(worker, model.name()));
            if (held != null
                    && (held.epoch() > order.epoch()
                            || (held.epoch() == order.epoch()
                                    && !held.run().equals(worker.run())))) {
                refuse(worker, model.name());
                return false;
            }
        }
        for (var model : order.models()) {
            var key = key(worker, model.name());
            var held = claims.put(key, new Claim(order.epoch(), worker.run(), worker));
            world.require(
                    held == null
                            || held.run().equals(worker.run())
                            || !held.worker().isLive(world.instant()),
                    "%s claims %s while %s still writes there",
                    worker.order().transferId(),
                    key,
                    held == null ? null : held.worker().order().transferId());
        }
        workers.removeIf(other -> !other.isLive(world.instant()));
        // One that woke too late may touch what nobody else has touched yet, and is stopped at
        // once.
        if (worker.isLive(world.instant())) {
            workers.add(worker);
            limitsHold();
        }
        return true;
    }

    /// @return whether the fence let the chunk in
    public boolean write(Worker worker, String model) {
        var held = claims.get(key(worker, model));
        if (held == null || !held.run().equals(worker.run())) {
            refuse(worker, model);
            return false;
        }
        return true;
    }

    private void refuse(Worker worker, String model) {
        refused++;
        world.tell("the fence refuses run %s at %s", worker.run(), key(worker, model));
        world.require(
                !worker.isLive(world.instant()),
                "run %s of %s is alive and well, and shut out of %s",
                worker.run(),
                worker.order().transferId(),
                key(worker, model));
    }

    /// By those that really work, whatever the ledger's tables say.
    private void limitsHold() {
        var held = new HashMap<String, List<Worker>>();
        for (var worker : workers) {
            for (var resource : resources(worker)) {
                held.computeIfAbsent(resource, _ -> new ArrayList<>()).add(worker);
            }
        }
        held.forEach((resource, holders) -> {
            var limit =
                    holders.stream()
                            .mapToInt(worker ->
                                    ledger.limitAtGrant(worker.order().transferId(), resource))
                            .max()
                            .orElse(0);
            world.require(
                    holders.size() <= limit,
                    "%d runs work at %s, whose limit is %d: %s",
                    holders.size(),
                    resource,
                    limit,
                    holders.stream().map(worker -> worker.order().transferId()).toList());
        });
        var kinds = new HashMap<String, HashSet<Object>>();
        for (var worker : workers) {
            var there =
                    kinds.computeIfAbsent(worker.order().destination().id(), _ -> new HashSet<>());
            there.add(worker.order().request().kind());
            world.require(
                    there.size() == 1,
                    "%s work at %s at the same time",
                    there,
                    worker.order().destination().id());
        }
    }

    private static List<String> resources(Worker worker) {
        var order = worker.order();
        var resources = new ArrayList<String>();
        resources.add("destination:" + order.destination().id());
        order.models().forEach(model -> resources.add("model:" + key(worker, model.name())));
        order.sources().forEach(source -> resources.add("source:" + source.id()));
        resources.add("fleet");
        return resources;
    }

    private static String key(Worker worker, String model) {
        return worker.order().destination().id() + "/" + model;
    }

    /// How often the fence had to refuse somebody: a simulation in which it never does proves
    /// little.
    long refused() {
        return refused;
    }

    @Nullable Worker holder(String destination, String model) {
        var held = claims.get(destination + "/" + model);
        return held == null ? null : held.worker();
    }
}
