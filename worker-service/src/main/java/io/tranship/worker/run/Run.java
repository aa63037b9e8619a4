package io.tranship.worker.run;

import io.tranship.schemas.ModelResult;
import io.tranship.schemas.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run: works, beats beside the work, and says how it ended.
///
/// Heartbeats and the lease have threads of their own, so that no amount of work starves them. When
/// the lease is over, or a stop takes longer than the longest call, the process is cut off: a
/// server then rolls back what was open.
final class Run {

    private final Handover handover;
    private final Report report;
    private final Work work;
    private final RunLog log;
    private final InstantSource clock;
    private final Consumer<RunnerWord> launcher;
    private final Consumer<RunnerExit> halt;
    private final AtomicReference<Lease> lease;
    private final AtomicReference<@Nullable StopCause> stopped = new AtomicReference<>();
    private final CountDownLatch worked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    private final AtomicBoolean beats = new AtomicBoolean();

    /// Nobody would end this process if it stayed.
    private volatile boolean alone;

    /// Its end is in the log, and nothing is left to stop.
    private volatile boolean told;

    /// @param halt cuts the process off
    Run(
            Handover handover,
            Report report,
            Work work,
            RunLog log,
            InstantSource clock,
            Consumer<RunnerWord> launcher,
            Consumer<RunnerExit> halt) {
        this.handover = handover;
        this.report = report;
        this.work = work;
        this.log = log;
        this.clock = clock;
        this.launcher = launcher;
        this.halt = halt;
        this.lease =
                new AtomicReference<>(new Lease(handover.heardAt(), handover.times().selfFence()));
    }

    RunnerExit run() {
        thread("beat", this::beat);
        thread("lease", this::watchLease);
        try {
            var cause = work();
            if (!end(cause)) {
                return RunnerExit.STOPPED_UNTOLD;
            }
            return allArrived() ? RunnerExit.DONE : RunnerExit.TOLD;
        } finally {
            over.countDown();
        }
    }

    /// @return why it was stopped, if it was before its work was over
    private @Nullable StopCause work() {
        try {
            work.run();
            return stopped.get();
        } finally {
            worked.countDown();
        }
    }

    /// The first cause counts. Returns when the work is over or cut off.
    void stop(StopCause cause) {
        if (told) {
            return;
        }
        if (cause.leavesAlone()) {
            alone = true;
        }
        if (!stopped.compareAndSet(null, cause)) {
            return;
        }
        log.event("stop_" + cause.name().toLowerCase(Locale.ROOT));
        if (isOver(worked)) {
            return;
        }
        thread("cancel", work::stop);
        if (!await(worked, handover.times().longestCall())) {
            log.event("cut_off");
            halt.accept(RunnerExit.STOPPED_UNTOLD);
        }
    }

    /// When all that was to be said is said, or given up.
    boolean awaitOver(Duration limit) {
        return await(over, limit);
    }

    private boolean end(@Nullable StopCause cause) {
        var arrived = allArrived();
        var from = clock.instant();
        told =
                (cause == null || arrived)
                        ? report.end(RunEnd.COMPLETED, null, () -> isPatient(from))
                        : report.end(RunEnd.STOPPED, cause.error(), () -> isPatient(from));
        log.event(told ? "ended" : "end_untold");
        if (told) {
            launcher.accept(RunnerWord.FINISHED);
        }
        return told;
    }

    /// A stop that comes when everything has arrived changes nothing.
    private boolean allArrived() {
        var results = report.results();
        return results.size() == handover.order().models().size()
                && results.stream().allMatch(ModelResult::isProven);
    }

    /// With its work over, a runner holds nothing: it may wait for the broker. Without a launcher
    /// nobody would end it, so it gives up sooner.
    private boolean isPatient(Instant from) {
        var limit = alone ? handover.times().longestCall() : handover.times().patience();
        return clock.instant().isBefore(from.plus(limit));
    }

    private void beat() {
        do {
            var sentAt = clock.instant();
            var _ =
                    report.beat()
                            .whenComplete((_, trouble) -> {
                                if (trouble == null) {
                                    heard(sentAt);
                                }
                            });
        } while (!await(over, handover.times().beat()));
    }

    private void heard(Instant sentAt) {
        lease.updateAndGet(l -> l.heard(sentAt));
        if (beats.compareAndSet(false, true)) {
            launcher.accept(RunnerWord.BEATING);
        }
    }

    private void watchLease() {
        while (!isOver(worked)) {
            var held = lease.get();
            if (held.isOver(clock.instant())) {
                stop(StopCause.LEASE_OVER);
                return;
            }
            await(worked, held.left(clock.instant()).plusMillis(1));
        }
    }

    private void thread(String name, Runnable body) {
        Thread.ofPlatform()
                .name(name)
                .daemon()
                .uncaughtExceptionHandler((_, fault) -> {
                    log.fault(name + "_fault", fault);
                    halt.accept(RunnerExit.FAULT);
                })
                .start(body);
    }

    private static boolean isOver(CountDownLatch latch) {
        return latch.getCount() == 0;
    }

    private static boolean await(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return isOver(latch);
        }
    }
}
