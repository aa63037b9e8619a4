package io.tranship.status;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Live views of transfers, for a bounded number of readers and a bounded time each.
///
/// They poll, so they work with any number of replicas; a reader may miss states in between, never
/// the last.
@ApplicationScoped
class TransferStreams {

    /// Of one look; what is left comes with the next one.
    private static final int PAGES_MAX = 40;

    private final TransferStore transfers;
    private final StatusConfig config;
    private final StatusMetrics metrics;

    TransferStreams(TransferStore transfers, StatusConfig config, StatusMetrics metrics) {
        this.transfers = transfers;
        this.config = config;
        this.metrics = metrics;
    }

    Multi<Transfer> of(TransferId id) {
        var sent = new AtomicReference<Transfer>();
        return bounded(
                polled(() -> transfers.these(List.of(id.value())).invoke(found -> known(id, found)))
                        .select()
                        .first(new UntilOver()::test)
                        .filter(transfer -> !transfer.equals(sent.getAndSet(transfer))));
    }

    private static void known(TransferId id, List<Transfer> found) {
        if (found.isEmpty()) {
            throw new ProblemException(Problem.unknownTransfer(id));
        }
    }

    Multi<Transfer> ofAll() {
        return bounded(
                transfers
                        .clock()
                        .onItem()
                        .transformToMulti(connected -> {
                            var changes = new Changes(connected);
                            return polled(() -> look(changes, changes.since(), null, 1));
                        }));
    }

    /// Page after page, until all is seen that changed.
    private Uni<List<Transfer>> look(
            Changes changes, Instant since, Changes.@Nullable Change after, int page) {
        return transfers
                .changed(since, after)
                .chain(found -> {
                    var fresh = changes.fresh(found).stream().map(Changes.Change::transferId);
                    var shown = transfers.these(fresh.distinct().toList());
                    return found.size() < TransferStore.CHANGED_MAX || page == PAGES_MAX
                            ? shown
                            : shown.chain(first ->
                                    look(changes, since, found.getLast(), page + 1)
                                            .map(rest -> joined(first, rest)));
                });
    }

    private static List<Transfer> joined(List<Transfer> first, List<Transfer> rest) {
        var all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }

    /// Whoever comes when all are taken is told so; who slips through here at the same moment is
    /// cut off.
    void refuseTooMany() {
        if (metrics.streams().get() >= config.streamsMax()) {
            metrics.streamRefused();
            throw new ProblemException(Problem.tooManyStreams(config.streamsMax()));
        }
    }

    private interface Poll<T> {
        Uni<List<T>> ask();
    }

    private <T> Multi<T> polled(Poll<T> poll) {
        return Multi.createBy()
                .repeating()
                .uni(poll::ask)
                .withDelay(config.streamPoll())
                .atMost(config.streamLife().dividedBy(config.streamPoll()))
                .onItem()
                .<T>disjoint();
    }

    private Multi<Transfer> bounded(Multi<Transfer> stream) {
        return Multi.createFrom()
                .deferred(() -> {
                    if (metrics.streams().incrementAndGet() > config.streamsMax()) {
                        metrics.streams().decrementAndGet();
                        metrics.streamRefused();
                        return Multi.createFrom()
                                .failure(
                                        new ProblemException(
                                                Problem.tooManyStreams(config.streamsMax())));
                    }
                    return stream.onTermination().invoke(() -> metrics.streams().decrementAndGet());
                });
    }

    /// Lets the final record through and ends at the look after it.
    private static final class UntilOver {
        private boolean over;

        boolean test(Transfer transfer) {
            var first = !over;
            over = transfer.status().isFinal();
            return first;
        }
    }
}
