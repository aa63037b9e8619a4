package io.tranship.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecords;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.schemas.WorkOrder;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The life of a run with work and Kafka by hand.
@Timeout(20)
class RunTest {

    private static final Duration SOON = Duration.ofMillis(150);
    private static final Duration NEVER = Duration.ofMinutes(5);

    private final List<TransferFact> log = new CopyOnWriteArrayList<>();
    private final List<RunnerWord> words = new CopyOnWriteArrayList<>();
    private final List<RunnerExit> halts = new CopyOnWriteArrayList<>();
    private final AtomicInteger beats = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean broker = true;
    private final AtomicInteger refusals = new AtomicInteger();

    private final WorkOrder order = orderOfOneModel();
    private final RunLog quiet = new RunLog(new PrintStream(OutputStream.nullOutputStream()));

    @Test
    void aRunThatGoesThroughItsModelsIsCompleted() {
        var report = report(NEVER, NEVER);
        var run =
                run(
                        report,
                        works(() -> {
                            awaitWord(RunnerWord.BEATING);
                            report.finished(arrived());
                        }));

        assertThat(run.run()).isEqualTo(RunnerExit.DONE);

        assertThat(log).hasSize(2);
        assertThat(log.getFirst()).isInstanceOf(ModelFinished.class);
        assertThat(end().end()).isEqualTo(RunEnd.COMPLETED);
        assertThat(words).containsExactly(RunnerWord.BEATING, RunnerWord.FINISHED);
    }

    @Test
    void theEndIsSaidOnlyWhenEveryResultIsAcknowledged() {
        refusals.set(3);
        var report = report(NEVER, NEVER);
        var run = run(report, works(() -> report.finished(arrived())));

        run.run();

        assertThat(log.getFirst()).isInstanceOf(ModelFinished.class);
        assertThat(log.getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void aRunThatIsCancelledIsStopped() throws InterruptedException {
        var report = report(NEVER, NEVER);
        var run = run(report, worksUntilStopped());
        var running = Thread.ofPlatform().start(run::run);

        run.stop(StopCause.CANCELLED);
        running.join();

        assertThat(end().end()).isEqualTo(RunEnd.STOPPED);
        assertThat(end().error().code()).isEqualTo(ErrorCode.STOPPED_BY_USER.code());
        assertThat(halts).isEmpty();
    }

    @Test
    void aStopThatComesWhenAllHasArrivedChangesNothing() {
        var report = report(NEVER, NEVER);
        var made = new CompletableFuture<Run>();
        var run =
                run(
                        report,
                        works(() -> {
                            report.finished(arrived());
                            Thread.startVirtualThread(() -> made.join().stop(StopCause.CANCELLED));
                            await(stopped);
                        }));
        made.complete(run);

        run.run();

        assertThat(end().end()).isEqualTo(RunEnd.COMPLETED);
    }

    @Test
    void aRunnerThatNobodyHearsEndsItsWork() {
        broker = false;
        var report = report(SOON, NEVER);
        var run = run(report, worksUntilStopped());
        Thread.startVirtualThread(() -> {
            await(stopped);
            broker = true;
        });

        assertThat(run.run()).isEqualTo(RunnerExit.TOLD);

        assertThat(end().end()).isEqualTo(RunEnd.STOPPED);
        assertThat(end().error().code()).isEqualTo(ErrorCode.RUNNER_SELF_FENCED.code());
    }

    @Test
    void workThatDoesNotStopIsCutOff() throws InterruptedException {
        var report = report(NEVER, SOON);
        var run = run(report, works(() -> await(new CountDownLatch(1))));
        var running = Thread.ofPlatform().daemon().start(run::run);

        run.stop(StopCause.ASKED);

        assertThat(halts).containsExactly(RunnerExit.STOPPED_UNTOLD);
        running.interrupt();
        running.join();
    }

    @Test
    void aRunnerThatIsAloneGivesUpSayingItsEnd() {
        broker = false;
        var report = report(NEVER, SOON);
        var run = run(report, worksUntilStopped());
        Thread.startVirtualThread(() -> run.stop(StopCause.LAUNCHER_GONE));

        assertThat(run.run()).isEqualTo(RunnerExit.STOPPED_UNTOLD);

        assertThat(log).isEmpty();
        assertThat(words).doesNotContain(RunnerWord.FINISHED);
    }

    @Test
    void heartbeatsGoOnBesideTheWork() {
        var report = report(NEVER, NEVER);
        var run =
                run(
                        report,
                        works(() -> {
                            while (beats.get() < 5) {
                                Thread.onSpinWait();
                            }
                        }));

        assertThat(run.run()).isEqualTo(RunnerExit.TOLD);
    }

    @Test
    void theLauncherHearsTheFirstHeartbeatThatGetsThrough() {
        broker = false;
        var report = report(NEVER, NEVER);
        var run =
                run(
                        report,
                        works(() -> {
                            while (beats.get() < 3) {
                                Thread.onSpinWait();
                            }
                            broker = true;
                            awaitWord(RunnerWord.BEATING);
                        }));

        run.run();

        assertThat(words).containsOnlyOnce(RunnerWord.BEATING);
    }

    @Test
    void aLauncherThatLetsGoOfAFinishedRunnerChangesNothing() {
        var lines = new ByteArrayOutputStream();
        var report = report(NEVER, NEVER);
        var made = new AtomicReference<Run>();
        made.set(
                new Run(
                        handover,
                        report,
                        works(() -> report.finished(arrived())),
                        new RunLog(new PrintStream(lines)),
                        InstantSource.system(),
                        word -> {
                            if (word == RunnerWord.FINISHED) {
                                made.get().stop(StopCause.LAUNCHER_GONE);
                            }
                        },
                        halts::add));

        assertThat(made.get().run()).isEqualTo(RunnerExit.DONE);
        assertThat(lines.toString(StandardCharsets.UTF_8)).doesNotContain("stop_launcher_gone");
    }

    private Finished end() {
        return (Finished) log.getLast();
    }

    private Handover handover = handover(NEVER, NEVER);

    private Report report(Duration selfFence, Duration longestCall) {
        handover = handover(selfFence, longestCall);
        return new Report(handover, this::toLog, _ -> toTelemetry(), quiet, 42);
    }

    private CompletableFuture<?> toLog(TransferFact fact) {
        if (!broker || refusals.getAndDecrement() > 0) {
            return CompletableFuture.failedFuture(new TimeoutException("no broker"));
        }
        log.add(fact);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<?> toTelemetry() {
        beats.incrementAndGet();
        return broker
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new TimeoutException("no broker"));
    }

    private Run run(Report report, Work work) {
        return new Run(
                handover, report, work, quiet, InstantSource.system(), words::add, halts::add);
    }

    private Work worksUntilStopped() {
        return works(() -> await(stopped));
    }

    private Work works(Runnable body) {
        return new Work() {
            @Override
            public void run() {
                body.run();
            }

            @Override
            public void stop() {
                stopped.countDown();
            }
        };
    }

    private void awaitWord(RunnerWord word) {
        while (!words.contains(word)) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private ModelResult arrived() {
        var model = order.models().getFirst();
        var receipt =
                new Receipt(
                        null, null, WatermarkBasis.LOOKBACK, null, 1, 1, 1, 0, 0, 0, 1, 1, false);
        return new ModelResult(
                model.name(),
                model.revision(),
                ModelResult.Outcome.SUCCESS,
                receipt,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private Handover handover(Duration selfFence, Duration longestCall) {
        return new Handover(
                order,
                new RunId(UUID.randomUUID()),
                "launcher-1",
                "host-1",
                Map.of(),
                new RunnerTimes(Duration.ofMillis(10), selfFence, longestCall, NEVER),
                1,
                Instant.now());
    }

    private static WorkOrder orderOfOneModel() {
        var random = new Random(7);
        var any = CatalogRecords.anyWorkOrder(random);
        return new WorkOrder(
                any.transferId(),
                any.epoch(),
                any.startBy(),
                any.installation(),
                any.request(),
                any.destination(),
                any.recipient(),
                any.sources(),
                List.of(CatalogRecords.anyModel(random)));
    }
}
