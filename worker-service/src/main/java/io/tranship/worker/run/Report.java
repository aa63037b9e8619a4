package io.tranship.worker.run;

import io.tranship.connectors.TransferListener;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.Progress;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one run says: its results, its progress, its heartbeats, its end.
///
/// Results are sent as they come, so that the work is not held back, and are awaited before the end
/// is said.
final class Report implements TransferListener {

    private final Handover handover;
    private final Function<TransferFact, CompletableFuture<?>> toLog;
    private final Function<Telemetry, CompletableFuture<?>> toTelemetry;
    private final RunLog log;
    private final long pid;
    private final List<Said> said = new ArrayList<>();

    private record Said(TransferFact fact, CompletableFuture<?> acknowledged) {}

    /// @param toLog sends a fact; its acknowledgement is to come
    Report(
            Handover handover,
            Function<TransferFact, CompletableFuture<?>> toLog,
            Function<Telemetry, CompletableFuture<?>> toTelemetry,
            RunLog log,
            long pid) {
        this.handover = handover;
        this.toLog = toLog;
        this.toTelemetry = toTelemetry;
        this.log = log;
        this.pid = pid;
    }

    CompletableFuture<?> beat() {
        return toTelemetry.apply(
                new Heartbeat(
                        handover.order().transferId(),
                        handover.order().epoch(),
                        handover.run(),
                        handover.launcher(),
                        handover.host(),
                        pid));
    }

    @Override
    public void progress(String model, long rows, long bytes, int chunksDone, int chunksTotal) {
        var _ =
                toTelemetry.apply(
                        new Progress(
                                handover.order().transferId(),
                                handover.order().epoch(),
                                handover.run(),
                                model,
                                rows,
                                bytes,
                                chunksDone,
                                chunksTotal));
    }

    @Override
    public void finished(ModelResult result) {
        log.model("model_" + result.outcome().name().toLowerCase(Locale.ROOT), result.model());
        say(
                new ModelFinished(
                        handover.order().transferId(),
                        handover.order().epoch(),
                        handover.run(),
                        result));
    }

    synchronized List<ModelResult> results() {
        return said.stream()
                .flatMap(s -> s.fact() instanceof ModelFinished m ? Stream.of(m.result()) : null)
                .toList();
    }

    /// Awaits all results, then says the end and awaits that. Facts without an acknowledgement are
    /// said again while `patient`.
    ///
    /// @return whether the end is in the log
    boolean end(RunEnd end, @Nullable TransferError error, BooleanSupplier patient) {
        for (var i = 0; i < size(); i++) {
            if (!settle(i, patient)) {
                return false;
            }
        }
        say(
                new Finished(
                        handover.order().transferId(),
                        handover.order().epoch(),
                        handover.run(),
                        end,
                        error));
        return settle(size() - 1, patient);
    }

    private boolean settle(int at, BooleanSupplier patient) {
        while (true) {
            try {
                get(at).acknowledged().get(500, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException _) {
                // It has ten seconds of its own.
            } catch (ExecutionException _) {
                log.event("say_again");
                again(at);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
            if (!patient.getAsBoolean()) {
                return false;
            }
        }
    }

    private synchronized void say(TransferFact fact) {
        said.add(new Said(fact, toLog.apply(fact)));
    }

    private synchronized void again(int at) {
        var fact = said.get(at).fact();
        said.set(at, new Said(fact, toLog.apply(fact)));
    }

    private synchronized Said get(int at) {
        return said.get(at);
    }

    private synchronized int size() {
        return said.size();
    }
}
