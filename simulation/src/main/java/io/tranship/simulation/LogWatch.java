package io.tranship.simulation;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.TransferState;
import io.tranship.schemas.UndecodableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Reads the log itself, at once and all of it: what every reader will come to.
final class LogWatch {

    private final World world;
    private final Topic log;
    private final long[] next;
    private final Map<TransferId, TransferState> states = new HashMap<>();
    private final Map<String, TransferId> scheduled = new HashMap<>();

    LogWatch(World world, Topic log) {
        this.world = world;
        this.log = log;
        next = new long[log.partitions()];
        log.onAppend(this::read);
    }

    private void read() {
        for (var partition = 0; partition < next.length; partition++) {
            while (next[partition] < log.end(partition)) {
                var entry = log.at(partition, next[partition]++);
                try {
                    read(FactCodec.decode(Objects.requireNonNull(entry.value())));
                } catch (UndecodableException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void read(TransferFact fact) {
        var before = of(fact.transferId());
        var after = before.after(fact);
        world.require(
                before.end() == null || after.equals(before),
                "%s was over by %s, and %s changed that",
                fact.transferId(),
                before.end(),
                fact);
        states.put(fact.transferId(), after);
    }

    TransferState of(TransferId id) {
        return states.getOrDefault(id, TransferState.EMPTY);
    }

    /// The scheduler asks for a destination only when what it asked for before is over.
    void scheduled(TransferRequest request) {
        var before = scheduled.put(request.destination(), request.transferId());
        world.require(
                before == null || of(before).end() != null,
                "the scheduler asks for %s while %s is open",
                request.destination(),
                before);
    }
}
