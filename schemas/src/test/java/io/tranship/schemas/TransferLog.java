package io.tranship.schemas;

import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Started;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Draws one log: each writer says its facts in its own order, and the writers interleave at
/// random.
final class TransferLog {

    private final RandomGenerator random;
    private final TransferId id;
    private final List<TransferFact> log = new ArrayList<>();

    TransferLog(RandomGenerator random) {
        this.random = random;
        this.id = Any.transferId(random);
    }

    List<TransferFact> draw() {
        log.add(TransferFacts.requested(random, id));
        for (int turn = 1; turn <= random.nextInt(3); turn++) {
            log.add(new Blocked(id, turn, "source:" + Any.name(random), 1 + random.nextInt(10)));
        }
        switch (random.nextInt(8)) {
            case 0 -> log.add(new Rejected(id, TransferFacts.anyError(random)));
            case 1 -> log.add(new Expired(id));
            case 2 -> withdrawn();
            case 3 -> {}
            default -> dispatched();
        }
        var from = 1 + random.nextInt(log.size());
        if (random.nextInt(3) == 0) {
            log.add(from, new CancelRequested(id, TransferFacts.anyActor(random)));
        }
        toldTwice();
        return List.copyOf(log);
    }

    private void withdrawn() {
        log.add(new CancelRequested(id, TransferFacts.anyActor(random)));
        log.add(new Cancelled(id));
    }

    private void dispatched() {
        var epoch = 1 + random.nextInt(1000);
        var models =
                Any.some(random, 4, () -> new ModelRevision(Any.name(random), 1)).stream().toList();
        log.add(
                new Dispatched(
                        id, epoch, TransferFacts.anyTarget(random), models, Any.time(random)));
        var writers = new ArrayList<List<TransferFact>>();
        for (int launcher = 0; launcher < random.nextInt(4); launcher++) {
            writers.add(run(epoch, models));
        }
        writers.add(sweep(epoch));
        interleave(writers);
    }

    /// What one launcher and its runner say. Only the first to start is heard.
    private List<TransferFact> run(long epoch, List<ModelRevision> models) {
        var run = Any.run(random);
        var said = new ArrayList<TransferFact>();
        said.add(new Started(id, epoch, run, "launcher-" + Any.name(random), "host"));
        for (var model : models) {
            if (random.nextInt(8) > 0) {
                said.add(
                        new ModelFinished(
                                id, epoch, run, TransferFacts.anyResult(random, model.model())));
            }
        }
        if (random.nextInt(8) > 0) {
            said.add(
                    new Finished(
                            id,
                            epoch,
                            run,
                            random.nextBoolean() ? RunEnd.COMPLETED : Any.of(random, RunEnd.class),
                            Any.orNull(random, () -> TransferFacts.anyError(random))));
        }
        return said;
    }

    /// What comes too late, too early by the clock, or of another epoch.
    private List<TransferFact> sweep(long epoch) {
        return switch (random.nextInt(6)) {
            case 0 ->
                    List.of(
                            new Finished(
                                    id,
                                    epoch,
                                    null,
                                    RunEnd.NOT_STARTED,
                                    TransferFacts.anyError(random)));
            case 1 -> List.of(new Finished(id, epoch, null, RunEnd.STOPPED, null));
            case 2 -> List.of(new Expired(id), new Cancelled(id));
            case 3 -> List.of(new Started(id, epoch + 1, Any.run(random), "stranger", "host"));
            case 4 -> List.of(new Finished(id, epoch - 1, Any.run(random), RunEnd.DIED, null));
            default -> List.of();
        };
    }

    private void interleave(List<List<TransferFact>> writers) {
        var next = new int[writers.size()];
        var started = false;
        for (var open = writers.stream().mapToInt(List::size).sum(); open > 0; open--) {
            var writer = random.nextInt(next.length);
            while (next[writer] == writers.get(writer).size()) {
                writer = (writer + 1) % next.length;
            }
            var fact = writers.get(writer).get(next[writer]++);
            log.add(fact);
            started |= fact instanceof Started;
            if (started && random.nextInt(12) == 0) {
                log.add(new Orphaned(id, epochOf()));
            }
        }
    }

    private long epochOf() {
        return log.stream()
                .filter(Started.class::isInstance)
                .map(Started.class::cast)
                .findFirst()
                .orElseThrow()
                .epoch();
    }

    private void toldTwice() {
        for (int i = 0; i < random.nextInt(4); i++) {
            var known = random.nextInt(log.size());
            log.add(known + 1 + random.nextInt(log.size() - known), log.get(known));
        }
    }
}
