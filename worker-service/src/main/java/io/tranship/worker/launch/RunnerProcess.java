package io.tranship.worker.launch;

import io.tranship.worker.run.Handover;
import io.tranship.worker.run.HandoverCodec;
import io.tranship.worker.run.RunLog;
import io.tranship.worker.run.RunnerWord;
import io.tranship.worker.run.Warmup;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One runner's process, warm until it gets its transfer.
final class RunnerProcess implements Sandbox {

    private static final System.Logger LOG = System.getLogger(RunnerProcess.class.getName());
    private static final int LINES_MAX = 100;
    private static final int LINE_CHARS_MAX = 2_000;

    private final Process process;
    private final DataOutputStream toRunner;
    private final ReentrantLock pipe = new ReentrantLock();
    private final CompletableFuture<Instant> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile @Nullable Consumer<SandboxEvent> events;
    private volatile boolean said;

    private RunnerProcess(Process process) {
        this.process = process;
        this.toRunner =
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
    }

    /// @param gone hears the exit code, before whoever hears of the transfer does
    static RunnerProcess start(ProcessBuilder command, Warmup warmup, IntConsumer gone)
            throws IOException {
        var runner = new RunnerProcess(command.start());
        try {
            runner.thread("out", () -> runner.listen(gone));
            runner.thread("err", runner::passLogOn);
            HandoverCodec.write(runner.toRunner, warmup);
        } catch (IOException _) {
            // It ended at once; its exit says more.
        } catch (RuntimeException | Error e) {
            runner.kill();
            throw e;
        }
        return runner;
    }

    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally() && process.isAlive();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// @return null when it is warm, else why not
    @Nullable String awaitReady(Duration limit) throws InterruptedException {
        try {
            ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (TimeoutException _) {
            return "it was not ready within " + limit;
        } catch (ExecutionException _) {
            return "it ended with exit code %d before it was ready".formatted(exit.join());
        }
    }

    /// From now on this process is this transfer's. The pipe may break: then its exit follows.
    void handOver(Handover handover, Consumer<SandboxEvent> hears) {
        pipe.lock();
        try {
            events = hears;
            hears.accept(new SandboxEvent.HandedOver(this));
            HandoverCodec.write(toRunner, handover);
        } catch (IOException _) {
            LOG.log(System.Logger.Level.WARNING, "event=handover_failed pid={0,number,#}", pid());
        } finally {
            pipe.unlock();
        }
        if (exit.isDone()) {
            sayExit(exit.join());
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /// On a thread of its own: a runner that hangs does not empty its pipe.
    @Override
    public void stop(boolean cancelled) {
        Thread.ofVirtual()
                .start(() -> {
                    pipe.lock();
                    try {
                        toRunner.write(cancelled ? HandoverCodec.CANCEL : HandoverCodec.STOP);
                        toRunner.flush();
                    } catch (IOException _) {
                        // It is gone already.
                    } finally {
                        pipe.unlock();
                    }
                });
    }

    /// Nothing more will be said to it. A JVM waits at its exit for a thread that reads.
    private void letGo() {
        Thread.ofVirtual()
                .start(() -> {
                    pipe.lock();
                    try {
                        toRunner.close();
                    } catch (IOException _) {
                        // It is gone already.
                    } finally {
                        pipe.unlock();
                    }
                });
    }

    @Override
    public void kill() {
        process.destroyForcibly();
    }

    private void listen(IntConsumer gone) {
        try (var lines = lines(process.getInputStream())) {
            String line;
            while ((line = lines.readLine()) != null) {
                RunnerWord.of(line).ifPresent(this::hear);
            }
        } catch (IOException _) {
            // Its end follows.
        }
        var code = awaitExit();
        ready.completeExceptionally(new IOException("ended"));
        gone.accept(code);
        exit.complete(code);
        sayExit(code);
    }

    private void hear(RunnerWord word) {
        if (word == RunnerWord.READY) {
            ready.complete(Instant.MIN);
            return;
        }
        if (word == RunnerWord.FINISHED) {
            letGo();
        }
        var hears = events;
        if (hears != null) {
            hears.accept(
                    switch (word) {
                        case ACCEPTED -> new SandboxEvent.Accepted();
                        case BEATING -> new SandboxEvent.Beating();
                        case FINISHED -> new SandboxEvent.Finished();
                        case READY -> throw new IllegalStateException("not told on");
                    });
        }
    }

    /// Once, after everything else that it said.
    private synchronized void sayExit(int code) {
        var hears = events;
        if (hears != null && !said) {
            said = true;
            hears.accept(new SandboxEvent.Exited(code));
        }
    }

    private int awaitExit() {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException _) {
                // It is waited for to the end: nothing else knows of it.
            }
        }
    }

    /// Before it has a transfer it knows no secret and no row, and whatever a JVM says helps. After
    /// that, only lines that the runner itself wrote.
    private void passLogOn() {
        var count = 0;
        try (var lines = lines(process.getErrorStream())) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(RunLog.MARK) || (events == null && count++ < LINES_MAX)) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "runner pid={0,number,#} {1}",
                            pid(),
                            line.substring(0, Math.min(line.length(), LINE_CHARS_MAX)));
                }
            }
        } catch (IOException _) {
            // It is gone.
        }
    }

    private static BufferedReader lines(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private void thread(String name, Runnable body) {
        Thread.ofPlatform().name("runner-%d-%s".formatted(pid(), name)).daemon().start(body);
    }
}
