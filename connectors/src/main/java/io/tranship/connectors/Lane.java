package io.tranship.connectors;

import io.tranship.connectors.Destination.Claim;
import io.tranship.connectors.Workload.Task;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.WatermarkBasis;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One connection to each side, and the thread that works over them: whole models, or ranges of a
/// model that another lane leads. What fails in one lane leaves the others alone.
final class Lane implements AutoCloseable {

    /// With rests of 1, 2 and 4 seconds.
    private static final int CONFLICTS_MAX = 3;

    private final TransferPlan plan;
    private final TransferSettings settings;
    private final TransferListener listener;
    private final InstantSource clock;
    private final StopSignal stop;
    private final Workload workload;
    private final Connections connections;

    /// @param settings this lane's share of them
    Lane(
            TransferPlan plan,
            TransferSettings settings,
            TransferListener listener,
            InstantSource clock,
            StopSignal stop,
            Workload workload) {
        this.plan = plan;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.stop = stop;
        this.workload = workload;
        this.connections = new Connections(plan);
    }

    Connections connections() {
        return connections;
    }

    /// Until there is nothing left to do for it.
    ///
    /// @param first what it was given to do
    /// @param began when the work for the first model began, the claim included
    void work(@Nullable Task first, Map<String, Claim> claims, Instant began) {
        var since = began;
        String at;
        for (var task = first; task != null; task = workload.next(at)) {
            at = task.model().source();
            switch (task) {
                case Task.Whole(var model) -> lead(model, claims.get(model.name()), since);
                case Task.Help(var load) -> help(load);
            }
            since = clock.instant();
        }
    }

    private void lead(Model model, @Nullable Claim claim, Instant began) {
        try {
            listener.finished(resultOf(model, claim, began));
        } finally {
            workload.ended();
        }
    }

    private void help(RangeLoad load) {
        var failure = Faults.of("model " + load.model().name(), new IllegalStateException());
        try {
            failure = helped(load);
        } finally {
            load.left(failure);
        }
    }

    private @Nullable TransferFailure helped(RangeLoad load) {
        try {
            var model = load.model();
            stop.check(model.name());
            var source = connections.source(model);
            // What this connection has to know of the table before it reads from it.
            source.table(model);
            load.carry(source, connections.destination());
            return null;
        } catch (RuntimeException e) {
            return failureOf(load.model(), e);
        }
    }

    /// Whoever is shut out of one model is shut out of all, as they were claimed together.
    private TransferFailure failureOf(Model model, RuntimeException e) {
        connections.close();
        var failure = stop.told("model " + model.name(), e);
        if (failure.code() == ErrorCode.FENCE_LOST) {
            stop.shutOut(failure);
        }
        return failure;
    }

    /// What stops a model may be of a kind that another try, from what is there by then, gets over.
    private ModelResult resultOf(Model model, @Nullable Claim claim, Instant began) {
        var held = claim;
        var careful = false;
        var conflicts = 0;
        while (true) {
            try {
                stop.check(model.name());
                return result(model, held == null ? claimAgain(model) : held, began, careful);
            } catch (RuntimeException e) {
                var failure = failureOf(model, e);
                if (!careful && mayBeQuarantined(model, failure)) {
                    careful = true;
                } else if (failure.code() == ErrorCode.SOURCE_CONFLICT
                        && conflicts < CONFLICTS_MAX) {
                    stop.rest(Duration.ofSeconds(1L << conflicts));
                    conflicts++;
                } else {
                    return failed(model, null, failure.error(), began);
                }
                held = null;
            }
        }
    }

    /// It is this run's already.
    private Claim claimAgain(Model model) {
        var claim = connections.destination().claimExisting(List.of(model)).get(model.name());
        return Objects.requireNonNull(claim, "a claim for each model");
    }

    private ModelResult result(Model model, Claim claim, Instant began, boolean careful) {
        return switch (claim) {
            case Claim.Held(var state) -> carry(model, state, began, careful);
            case Claim.Refused(var error) -> failed(model, null, error, began);
            case Claim.Absent _ -> absent(model, began);
        };
    }

    private boolean mayBeQuarantined(Model model, TransferFailure failure) {
        return failure.refusal() != null
                && model.quarantineRowsMax() > 0
                && plan.order().request().kind() == TransferKind.TRANSFER;
    }

    private ModelResult carry(Model model, ModelState state, Instant began, boolean careful) {
        return switch (plan.order().request().kind()) {
            case TRANSFER -> transferred(model, state, began, careful);
            case INTEGRITY -> compared(model, state, began);
            case RESTORE ->
                    arrived(model, new Restoration(connections.destination()).run(state), began);
            case PURGE -> {
                var receipt = new Removal(connections.destination()).run(state);
                yield ended(model, Outcome.SUCCESS, receipt, null, null, began);
            }
        };
    }

    /// What is not there need not be removed.
    private ModelResult absent(Model model, Instant began) {
        if (plan.order().request().kind() == TransferKind.PURGE) {
            connections.destination().tidy();
            return ended(model, Outcome.SKIPPED, nothingMoved(), null, null, began);
        }
        return failed(
                model,
                null,
                ErrorCode.INTEGRITY_MISMATCH.error(
                        "model %s was never transferred to this destination; transfer it first"
                                .formatted(model.name())),
                began);
    }

    private ModelResult transferred(Model model, ModelState state, Instant began, boolean careful) {
        var source = connections.source(model);
        var table = source.table(model);
        var destination = connections.destination();
        var progress = new ProgressReport(model.name(), listener, clock, settings.progressEvery());
        var receipt =
                new ModelTransfer(
                                plan.order().request(),
                                settings,
                                source,
                                destination,
                                workload,
                                stop,
                                progress,
                                careful)
                        .run(table, state);
        return arrived(model, receipt, began);
    }

    private ModelResult arrived(Model model, Receipt receipt, Instant began) {
        var outcome = receipt.isEmpty() ? Outcome.SKIPPED : Outcome.SUCCESS;
        return ended(model, outcome, receipt, null, null, began);
    }

    private ModelResult compared(Model model, ModelState state, Instant began) {
        var source = connections.source(model);
        var table = source.table(model);
        var progress = new ProgressReport(model.name(), listener, clock, settings.progressEvery());
        var job =
                new IntegrityJob(
                                plan.order().request(),
                                settings,
                                source,
                                connections.destination(),
                                progress)
                        .run(table, state);
        var report = job.report();
        return report.isIdentical()
                ? ended(model, Outcome.SUCCESS, job.receipt(), report, null, began)
                : ended(
                        model,
                        Outcome.FAILED,
                        job.receipt(),
                        report,
                        mismatch(model, report),
                        began);
    }

    private static TransferError mismatch(Model model, IntegrityReport report) {
        return ErrorCode.INTEGRITY_MISMATCH.error(
                "model %s has %d rows at the source and %d at the destination: %d are missing there, %d are stale and %d are extra%s; compare with repair, or transfer with full_refresh"
                        .formatted(
                                model.name(),
                                report.sourceRows(),
                                report.destinationRows(),
                                report.rowsMissing(),
                                report.rowsStale(),
                                report.rowsExtra(),
                                report.partsExamined() == report.partsUnequal()
                                        ? ""
                                        : " in %d of %d parts that differ"
                                                .formatted(
                                                        report.partsExamined(),
                                                        report.partsUnequal())));
    }

    private static Receipt nothingMoved() {
        return new Receipt(
                null, null, WatermarkBasis.LOOKBACK, null, 0, 0, 0, 0, 0, 0, 0, 0, false);
    }

    ModelResult failed(
            Model model, @Nullable IntegrityReport report, TransferError error, Instant began) {
        return ended(model, Outcome.FAILED, null, report, error, began);
    }

    private ModelResult ended(
            Model model,
            Outcome outcome,
            @Nullable Receipt receipt,
            @Nullable IntegrityReport report,
            @Nullable TransferError error,
            Instant began) {
        return new ModelResult(
                model.name(),
                model.revision(),
                outcome,
                receipt,
                report,
                error,
                began,
                clock.instant());
    }

    @Override
    public void close() {
        connections.close();
    }
}
