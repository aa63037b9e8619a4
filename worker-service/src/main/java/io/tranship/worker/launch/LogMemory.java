package io.tranship.worker.launch;

import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What a launcher remembers of the log: of each transfer only what decides whether an order of it
/// is taken, and only while an order can still come.
///
/// Time is the log's own, so that the same log leaves the same memory. Forgetting too early is
/// safe: an order whose dispatch is not remembered is not taken.
final class LogMemory {

    private static final Target NOWHERE = new Target("", "", "", List.of(), List.of());

    private final Duration horizon;
    private final Duration finalsKept;
    private final int transfersMax;

    /// Eldest first by the last fact that counted.
    private final LinkedHashMap<TransferId, Remembered> open = new LinkedHashMap<>();

    private final LinkedHashMap<TransferId, Remembered> ended = new LinkedHashMap<>();

    /// How often each was asked to be kept: two orders of one transfer may be held at once.
    private final Map<TransferId, Integer> own = new HashMap<>();

    private long boundHits;

    private record Remembered(TransferState state, Instant at) {}

    LogMemory(Duration horizon, Duration finalsKept, int transfersMax) {
        this.horizon = horizon;
        this.finalsKept = finalsKept;
        this.transfersMax = transfersMax;
    }

    /// @return whether something that counts has changed
    boolean hear(TransferFact fact, Instant appendedAt) {
        forget(appendedAt);
        if (fact instanceof Requested || fact instanceof Blocked || fact instanceof ModelFinished) {
            return false;
        }
        var id = fact.transferId();
        var before = of(id);
        var after = before.after(lean(fact));
        if (after.equals(before)) {
            return false;
        }
        open.remove(id);
        var remembered = new Remembered(after, appendedAt);
        if (after.end() == null) {
            open.putLast(id, remembered);
        } else {
            ended.putLast(id, remembered);
        }
        return true;
    }

    TransferState of(TransferId id) {
        var remembered = open.get(id);
        if (remembered == null) {
            remembered = ended.get(id);
        }
        return remembered == null ? TransferState.EMPTY : remembered.state();
    }

    /// A transfer of this launcher is not forgotten before it is released as often as it was kept.
    void keep(TransferId id) {
        own.merge(id, 1, Integer::sum);
    }

    void release(TransferId id) {
        own.computeIfPresent(id, (_, times) -> times == 1 ? null : times - 1);
    }

    boolean isKept(TransferId id) {
        return own.containsKey(id);
    }

    int size() {
        return open.size() + ended.size();
    }

    long boundHits() {
        return boundHits;
    }

    private void forget(Instant now) {
        forget(open, now.minus(horizon));
        forget(ended, now.minus(finalsKept));
        while (size() >= transfersMax && size() > own.size()) {
            boundHits++;
            dropEldest(ended.isEmpty() ? open : ended);
        }
    }

    private void forget(SequencedMap<TransferId, Remembered> from, Instant before) {
        var looked = 0;
        while (!from.isEmpty()
                && looked++ <= own.size()
                && from.firstEntry().getValue().at().isBefore(before)) {
            dropEldest(from);
        }
    }

    /// One of its own goes to the other end instead.
    private void dropEldest(SequencedMap<TransferId, Remembered> from) {
        var eldest = from.pollFirstEntry();
        if (own.containsKey(eldest.getKey())) {
            from.putLast(eldest.getKey(), eldest.getValue());
        }
    }

    private static TransferFact lean(TransferFact fact) {
        return fact instanceof Dispatched d
                ? new Dispatched(d.transferId(), d.epoch(), NOWHERE, List.of(), d.startBy())
                : fact;
    }
}
