package io.tranship.connectors;

import io.tranship.connectors.Destination.Claim;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.WatermarkBasis;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One run of one transfer: all its models, one after another, over one connection to each side.
public final class TransferRun implements AutoCloseable {

    private final TransferPlan plan;
    private final TransferListener listener;
    private final InstantSource clock;
    private final Connections connections;
    private final StopSignal stop = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean begun;
    private @Nullable TransferError shutOut;

    public TransferRun(TransferPlan plan, TransferListener listener, InstantSource clock) {
        this.plan = plan;
        this.listener = listener;
        this.clock = clock;
        this.connections = new Connections(plan);
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
            connections.close();
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
        var deadline = System.nanoTime() + plan.settings().stopWithin().toNanos();
        try {
            // Again and again, as a request that comes between two statements cancels nothing.
            do {
                connections.cancel();
                if (ended.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } while (System.nanoTime() < deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.cut();
    }

    @Override
    public void close() {
        stop();
    }

    private void runModels() {
        var began = clock.instant();
        // One source after the other, so that one connection is enough.
        var models =
                plan.order().models().stream()
                        .sorted(Comparator.comparing(Model::source).thenComparing(Model::name))
                        .toList();
        Map<String, Claim> claims;
        try {
            stop.check(models.getFirst().name());
            if (!isRestore()) {
                connections.openAhead(models.getFirst());
            }
            claims = claim();
        } catch (RuntimeException e) {
            refuseAll(told("destination " + plan.order().destination().name(), e).error());
            return;
        }
        for (var model : models) {
            listener.finished(resultOf(model, claims.get(model.name()), began));
            began = clock.instant();
        }
    }

    private Map<String, Claim> claim() {
        var order = plan.order();
        var destination = connections.destination();
        return order.request().kind() == TransferKind.INTEGRITY
                ? destination.claimExisting(order.models())
                : destination.claim(order.models(), order.request().adopt());
    }

    private ModelResult resultOf(Model model, @Nullable Claim claim, Instant began) {
        if (shutOut != null) {
            return failed(model, null, shutOut, began);
        }
        try {
            stop.check(model.name());
            return switch (claim) {
                case Claim.Held(var state) -> carry(model, state, began);
                case Claim.Refused(var error) -> failed(model, null, error, began);
                case null -> throw new IllegalStateException("no claim for model " + model.name());
            };
        } catch (RuntimeException e) {
            connections.drop();
            var failure = told("model " + model.name(), e);
            if (failure.code() == ErrorCode.FENCE_LOST) {
                shutOut = failure.error();
            }
            return failed(model, null, failure.error(), began);
        }
    }

    private ModelResult carry(Model model, ModelState state, Instant began) {
        var destination = connections.destination();
        if (isRestore()) {
            return arrived(model, new Restoration(destination).run(state), began);
        }
        var source = connections.source(model);
        var table = source.table(model);
        if (plan.order().request().kind() == TransferKind.INTEGRITY) {
            return compared(model, new IntegrityJob(source, destination).run(table, state), began);
        }
        var progress =
                new ProgressReport(model.name(), listener, clock, plan.settings().progressEvery());
        var receipt =
                new ModelTransfer(
                                plan.order().request(),
                                plan.settings(),
                                source,
                                destination,
                                stop,
                                progress)
                        .run(table, state);
        return arrived(model, receipt, began);
    }

    private boolean isRestore() {
        return plan.order().request().kind() == TransferKind.RESTORE;
    }

    private ModelResult arrived(Model model, Receipt receipt, Instant began) {
        var outcome = receipt.isEmpty() ? Outcome.SKIPPED : Outcome.SUCCESS;
        return new ModelResult(
                model.name(),
                model.revision(),
                outcome,
                receipt,
                null,
                null,
                began,
                clock.instant());
    }

    private ModelResult compared(Model model, IntegrityReport report, Instant began) {
        if (!report.isIdentical()) {
            var error =
                    ErrorCode.INTEGRITY_MISMATCH.error(
                            "model %s has %d rows at the source and %d at the destination, and they differ; transfer what changed, and compare again, or transfer with full_refresh"
                                    .formatted(
                                            model.name(),
                                            report.sourceRows(),
                                            report.destinationRows()));
            return failed(model, report, error, began);
        }
        return new ModelResult(
                model.name(),
                model.revision(),
                Outcome.SUCCESS,
                nothingMoved(),
                report,
                null,
                began,
                clock.instant());
    }

    /// A comparison moves nothing, and its account says so.
    private static Receipt nothingMoved() {
        return new Receipt(null, null, WatermarkBasis.LOOKBACK, null, 0, 0, 0, 0, 0, 0, 0, 0, true);
    }

    /// What goes wrong while the run is being stopped goes wrong because of that.
    private TransferFailure told(String what, RuntimeException e) {
        if (stop.isGiven()) {
            return StopSignal.failure(what);
        }
        return e instanceof TransferFailure failure ? failure : Faults.of(what, e);
    }

    private void refuseAll(TransferError error) {
        var now = clock.instant();
        List<Model> models = plan.order().models();
        models.forEach(model -> listener.finished(failed(model, null, error, now)));
    }

    private ModelResult failed(
            Model model, @Nullable IntegrityReport report, TransferError error, Instant began) {
        return new ModelResult(
                model.name(),
                model.revision(),
                Outcome.FAILED,
                null,
                report,
                error,
                began,
                clock.instant());
    }
}
