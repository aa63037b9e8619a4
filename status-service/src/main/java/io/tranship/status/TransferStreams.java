package io.tranship.status;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// Live views of transfers, for a bounded number of readers and a bounded time each.
///
/// They poll, so they work with any number of replicas; a reader that is slow misses states in
/// between, never the last.
@ApplicationScoped
class TransferStreams {

    /// Changes that are committed out of order appear within this.
    private static final Duration LATELY = Duration.ofSeconds(10);

    private static final int SEEN_MAX = 1_000;

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
                polled(() ->
                                transfers
                                        .find(id)
                                        .onItem()
                                        .ifNull()
                                        .failWith(() ->
                                                new ProblemException(Problem.unknownTransfer(id)))
                                        .map(List::of))
                        .select()
                        .first(new UntilOver()::test)
                        .filter(transfer -> !transfer.equals(sent.getAndSet(transfer))));
    }

    Multi<Transfer> ofAll() {
        var seen = new Seen();
        return bounded(
                polled(() -> transfers.changed(LATELY))
                        .filter(seen::isNew)
                        .map(TransferStore.Shown::transfer));
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

    /// The latest changes already sent.
    private static final class Seen {
        private final Map<UUID, Instant> seen =
                new LinkedHashMap<>() {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
                        return size() > SEEN_MAX;
                    }
                };

        boolean isNew(TransferStore.Shown shown) {
            var before = seen.put(shown.transfer().id(), shown.changedAt());
            return !shown.changedAt().equals(before);
        }
    }
}
