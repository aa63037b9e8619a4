package io.tranship.connectors;

import io.tranship.connectors.Destination.Claim;
import io.tranship.connectors.Workload.Task;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.TransferError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One run of one transfer: all its models, over as many lanes as the limits of both sides allow.
/// By default that is one, and the models follow one another.
public final class TransferRun implements AutoCloseable {

    private final TransferPlan plan;
    private final TransferListener listener;
    private final InstantSource clock;
    private final Workload workload;
    private final List<Lane> lanes;
    private final StopSignal stop = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean begun;

    public TransferRun(TransferPlan plan, TransferListener listener, InstantSource clock) {
        this.plan = plan;
        this.listener = new InTurn(listener);
        this.clock = clock;
        this.workload = new Workload(plan.order());
        var settings = plan.settings().dividedBy(workload.lanes());
        this.lanes =
                Stream.generate(() ->
                                new Lane(plan, settings, this.listener, clock, stop, workload))
                        .limit(workload.lanes())
                        .toList();
    }

    /// Does once, before there is a transfer, what would slow the first connection down.
    public static void warm() {
        Connections.warm();
    }

    /// Runs every model of the order, in the way that its kind says. Trouble with data or servers
    /// is a FAILED result, never an exception. Call once.
    public void run() {
        begun = true;
        try {
            runModels();
        } finally {
            lanes.forEach(Lane::close);
            ended.countDown();
        }
    }

    /// From another thread: cancels the statements at both sides, rolls back, and returns when the
    /// run has ended or its connections are cut. Models without a result are told as FAILED. More
    /// than once is harmless.
    public void stop() {
        stop.give();
        if (!begun) {
            return;
        }
        var within = plan.settings().stopWithin();
        var deadline = System.nanoTime() + within.toNanos();
        // Each on a thread of its own, as a server that is silent keeps a cancel request waiting.
        lanes.forEach(lane -> Thread.ofVirtual().start(() -> cancel(lane, deadline)));
        try {
            if (ended.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lanes.forEach(lane -> lane.connections().cut());
    }

    /// Again and again, as a request that comes between two statements cancels nothing.
    private void cancel(Lane lane, long deadline) {
        try {
            do {
                lane.connections().cancel();
            } while (!ended.await(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void runModels() {
        var began = clock.instant();
        var leading = lanes.getFirst();
        // Before there are other lanes, as it connects to this model's source at once.
        var first = Objects.requireNonNull(workload.next(null), "an order has a model");
        Map<String, Claim> claims;
        try {
            stop.check(first.model().name());
            if (readsSource()) {
                leading.connections().openAhead(first.model());
            }
            claims = claim();
        } catch (RuntimeException e) {
            refuseAll(stop.told("destination " + plan.order().destination().name(), e).error());
            return;
        }
        var others =
                CompletableFuture.allOf(
                        lanes.stream()
                                .skip(1)
                                .map(lane -> started(lane, claims))
                                .toArray(CompletableFuture<?>[]::new));
        try {
            work(leading, first, claims, began);
        } finally {
            others.exceptionally(_ -> null).join();
        }
        others.join();
    }

    private CompletableFuture<Void> started(Lane lane, Map<String, Claim> claims) {
        return CompletableFuture.runAsync(
                () -> work(lane, workload.next(null), claims, clock.instant()),
                task -> Thread.ofPlatform().name("lane").daemon().start(task));
    }

    /// A lane that dies takes the others along: a bug is not worked around, and nobody waits for
    /// what it had.
    private void work(Lane lane, @Nullable Task first, Map<String, Claim> claims, Instant began) {
        try {
            lane.work(first, claims, began);
        } catch (RuntimeException | Error e) {
            stop.give();
            workload.abandon();
            lanes.forEach(other -> other.connections().cancel());
            throw e;
        }
    }

    private Map<String, Claim> claim() {
        var order = plan.order();
        var destination = lanes.getFirst().connections().destination();
        return switch (order.request().kind()) {
            case TRANSFER, RESTORE -> destination.claim(order.models(), order.request().adopt());
            case INTEGRITY, PURGE -> destination.claimExisting(order.models());
        };
    }

    private boolean readsSource() {
        return switch (plan.order().request().kind()) {
            case TRANSFER, INTEGRITY -> true;
            case RESTORE, PURGE -> false;
        };
    }

    private void refuseAll(TransferError error) {
        var now = clock.instant();
        List<Model> models = plan.order().models();
        models.forEach(
                model -> listener.finished(lanes.getFirst().failed(model, null, error, now)));
    }

    /// Lets lanes speak one at a time.
    private record InTurn(TransferListener listener) implements TransferListener {

        @Override
        public synchronized void progress(
                String model, long rows, long bytes, int chunksDone, int chunksTotal) {
            listener.progress(model, rows, bytes, chunksDone, chunksTotal);
        }

        @Override
        public synchronized void finished(ModelResult result) {
            listener.finished(result);
        }
    }
}
