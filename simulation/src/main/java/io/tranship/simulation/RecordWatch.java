package io.tranship.simulation;

import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import io.tranship.status.StatusModel;
import io.tranship.status.StatusModel.Folded;
import io.tranship.worker.launch.SimulatedLauncher;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What must hold of the records, and of those who end transfers by time alone.
final class RecordWatch {

    private final World world;
    private final List<SimulatedLauncher> launchers;
    private final Map<String, Long> counts = new TreeMap<>();

    RecordWatch(World world, List<SimulatedLauncher> launchers) {
        this.world = world;
        this.launchers = launchers;
    }

    void folded(Folded before, Folded after) {
        world.require(
                !before.status().isFinal() || before.equals(after),
                "%s was final and changed: %s, then %s",
                before.id(),
                before.json(),
                after.json());
    }

    /// Whoever is given up for its silence must have ended its work by then.
    void said(TransferFact fact, Instant judgedAt) {
        count(fact.getClass().getSimpleName());
        if (!(fact instanceof Orphaned orphaned)) {
            return;
        }
        for (var launcher : launchers) {
            for (var runner : launcher.runners()) {
                world.require(
                        runner.order().epoch() != orphaned.epoch() || !runner.isLive(judgedAt),
                        "%s is given up as silent, and works",
                        orphaned.transferId());
            }
        }
    }

    void allEnded(Collection<TransferId> asked, StatusModel status, LogWatch log) {
        for (var id : asked) {
            var end = status.status(id);
            world.require(end != null && end.isFinal(), "%s is %s at the end", id, end);
            world.require(
                    end == log.of(id).status(),
                    "%s is %s by its record and %s by the log",
                    id,
                    end,
                    log.of(id).status());
            count(log.of(id).status().name());
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    Map<String, Long> counts(Destinations destinations) {
        counts.put("refused", destinations.refused());
        for (var status : TransferStatus.values()) {
            counts.putIfAbsent(status.name(), 0L);
        }
        return counts;
    }
}
