package io.tranship.worker.launch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.launch.LauncherSettings.Processes;
import io.tranship.worker.run.Handover;
import io.tranship.worker.run.RunnerExit;
import io.tranship.worker.run.Warmup;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Runners as processes of this machine, a few of them kept warm, each used once.
///
/// A used one is replaced when its transfer is over, or a little later: warming up beside the
/// beginning of a transfer would take the processor from it.
final class ProcessLaunchMode implements LaunchMode {

    private static final System.Logger LOG = System.getLogger(ProcessLaunchMode.class.getName());
    private static final String MAIN = "io.tranship.worker.run.Runner";
    private static final Duration REFILL_AFTER = Duration.ofSeconds(1);

    /// Others have the end to tell first.
    private static final Duration REFILL_AFTER_END = Duration.ofMillis(250);

    private static final Duration RETRY_MIN = Duration.ofSeconds(1);
    private static final Duration RETRY_MAX = Duration.ofMinutes(1);

    /// Launchers of this machine that were killed leave folders behind.
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

    /// So many launches that fail one after the other are enough to see that the next would.
    private static final int FAILED_MAX = 3;

    private final Processes processes;
    private final Warmup warmup;
    private final List<String> jvmOptions;
    private final AotCache aot;
    private final ScratchStore scratch;
    private final Deque<RunnerProcess> warm = new ArrayDeque<>();
    private final ScheduledExecutorService refiller =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("refill").daemon().factory());
    private Duration retry = RETRY_MIN;
    private long pausedUntil = System.nanoTime();
    private int failed;
    private boolean closed;

    ProcessLaunchMode(Processes processes, Warmup warmup) {
        this.processes = processes;
        this.warmup = warmup;
        this.jvmOptions = jvmOptions(processes);
        this.aot = new AotCache(processes.aotFolder(), processes.classPath(), jvmOptions);
        this.scratch = new ScratchStore(processes.scratch());
        scratch.sweep();
        var every = SWEEP_EVERY.toMillis();
        var _ =
                refiller.scheduleWithFixedDelay(
                        scratch::sweep, every, every, TimeUnit.MILLISECONDS);
        refillIn(Duration.ZERO);
    }

    @Override
    public void launch(
            WorkOrder order, Supplier<Handover> handover, Consumer<SandboxEvent> events) {
        try {
            var runner = takeWarm();
            refillIn(REFILL_AFTER);
            var trouble = runner.awaitReady(processes.startTimeout());
            if (trouble == null) {
                started();
                handOver(runner, handover.get(), events);
                return;
            }
            runner.kill();
            notLaunched(order, trouble, events);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "event=launch_failed", e);
            notLaunched(order, "its process could not be made: " + e.getMessage(), events);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            notLaunched(order, "its launcher ended", events);
        }
    }

    /// With its end in the log a runner needs no processor any more, and the next one may get warm.
    private void handOver(RunnerProcess runner, Handover handover, Consumer<SandboxEvent> events) {
        try {
            runner.handOver(
                    handover,
                    event -> {
                        if (event instanceof SandboxEvent.Finished) {
                            refillIn(REFILL_AFTER_END);
                        }
                        events.accept(event);
                    });
        } catch (RuntimeException | Error e) {
            runner.kill();
            throw e;
        }
    }

    @Override
    public synchronized boolean isAble() {
        return failed < FAILED_MAX;
    }

    private synchronized void started() {
        failed = 0;
        retry = RETRY_MIN;
        pausedUntil = System.nanoTime();
    }

    /// The next one that gets warm shows that it is over.
    private synchronized void didNotStart() {
        failed++;
        if (failed == FAILED_MAX) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "event=launches_suspended failed={0} until=\"a runner starts\"",
                    failed);
        }
        refillIn(REFILL_AFTER);
    }

    private void notLaunched(WorkOrder order, String why, Consumer<SandboxEvent> events) {
        didNotStart();
        LOG.log(
                System.Logger.Level.WARNING,
                "event=launch_failed transferId={0}",
                order.transferId());
        events.accept(
                new SandboxEvent.NotLaunched(
                        ErrorCode.RUNNER_NOT_STARTED.error(
                                "its launcher has no runner for it: %s; see the launcher's log"
                                        .formatted(why))));
    }

    /// A ready one; else one that is on its way; else a new one.
    private synchronized RunnerProcess takeWarm() throws IOException {
        warm.removeIf(runner -> !runner.isAlive());
        for (var runner : warm) {
            if (runner.isReady()) {
                warm.remove(runner);
                return runner;
            }
        }
        var coming = warm.poll();
        return coming == null ? start() : coming;
    }

    private void refillIn(Duration delay) {
        if (!refiller.isShutdown()) {
            var _ = refiller.schedule(this::refill, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /// One at a time, each when the one before is ready. Whatever asks for it, one that failed or
    /// ended unused is not replaced before a pause is over.
    private void refill() {
        try {
            RunnerProcess next;
            synchronized (this) {
                if (warm.removeIf(runner -> !runner.isAlive())) {
                    pause(REFILL_AFTER);
                }
                if (closed
                        || System.nanoTime() - pausedUntil < 0
                        || warm.size() >= (isAble() ? processes.warm() : 1)) {
                    return;
                }
                next = start();
                warm.add(next);
            }
            var trouble = next.awaitReady(processes.startTimeout());
            if (trouble == null) {
                started();
                refillIn(Duration.ZERO);
            } else {
                next.kill();
                synchronized (this) {
                    warm.remove(next);
                }
                failed(trouble);
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void pause(Duration pause) {
        pausedUntil = System.nanoTime() + pause.toNanos();
        refillIn(pause);
    }

    private synchronized void failed(String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "event=warm_runner_failed retryIn={0} why={1}",
                retry,
                why);
        pause(retry);
        retry = retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
    }

    private RunnerProcess start() throws IOException {
        var folder = scratch.make();
        var cache = aot.next();
        try {
            return RunnerProcess.start(
                    command(folder, cache),
                    warmup,
                    code -> {
                        scratch.delete(folder);
                        if (cache.recordTo() != null) {
                            aot.recorded(cache.recordTo(), code == RunnerExit.DONE.code());
                        }
                        refillIn(Duration.ZERO);
                    });
        } catch (IOException | RuntimeException | Error e) {
            scratch.delete(folder);
            if (cache.recordTo() != null) {
                aot.recorded(cache.recordTo(), false);
            }
            throw e;
        }
    }

    /// Nothing of the launcher's environment goes on to a runner: it may hold secrets of others.
    private ProcessBuilder command(Path folder, AotCache.Options cache) {
        var words = new ArrayList<String>();
        words.add(processes.java().toString());
        words.addAll(jvmOptions);
        words.addAll(cache.jvmOptions());
        words.add("-Djava.io.tmpdir=" + folder);
        words.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
        words.add("-cp");
        words.add(
                processes.classPath().stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)));
        words.add(MAIN);
        var command = new ProcessBuilder(words).directory(folder.toFile());
        command.environment().clear();
        command.environment().put("HOME", folder.toString());
        return command;
    }

    private static List<String> jvmOptions(Processes processes) {
        var options = new ArrayList<String>();
        options.add("-Xmx" + processes.heap());
        options.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:-UsePerfData",
                        "-XX:-CreateCoredumpOnCrash",
                        "-Xlog:disable",
                        "-Xlog:all=warning:stderr",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-Djava.util.logging.config.file=/dev/null",
                        "-Djava.security.egd=file:/dev/urandom",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        options.addAll(processes.jvmOptions());
        return List.copyOf(options);
    }

    /// Warm ones end; those that have a transfer see that their pipe is closed when this process
    /// ends.
    @Override
    public void close() {
        refiller.shutdownNow();
        synchronized (this) {
            closed = true;
            warm.forEach(RunnerProcess::kill);
            warm.clear();
        }
        scratch.deleteOwn();
    }
}
