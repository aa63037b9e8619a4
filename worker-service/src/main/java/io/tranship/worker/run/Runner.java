package io.tranship.worker.run;

import io.tranship.connectors.Credentials;
import io.tranship.connectors.TransferPlan;
import io.tranship.connectors.TransferRun;
import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Topics;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/// The process of one transfer: gets warm, waits for its transfer, runs it, exits.
public final class Runner {

    private static final InstantSource CLOCK = InstantSource.system();

    private final DataInputStream in;
    private final RunLog log;

    private Runner(DataInputStream in, RunLog log) {
        this.in = in;
        this.log = log;
    }

    /// Takes no arguments: what a process list shows holds nothing about a transfer.
    public static void main(String[] args) {
        var log = new RunLog(System.err);
        Thread.setDefaultUncaughtExceptionHandler((_, fault) -> log.fault("runner_fault", fault));
        var in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        RunnerExit exit;
        try {
            exit = new Runner(in, log).run();
        } catch (IOException e) {
            log.fault("handover_unusable", e);
            exit = RunnerExit.UNUSABLE;
        } catch (RuntimeException | Error e) {
            log.fault("runner_fault", e);
            exit = RunnerExit.FAULT;
        }
        System.exit(exit.code());
    }

    private RunnerExit run() throws IOException {
        Handover handover;
        var warmup = HandoverCodec.readWarmup(in);
        try (var publisher =
                LogPublisher.connect(
                        warmup.kafka(), new Topics(warmup.topicPrefix()), "/tranship/runner")) {
            Words.rehearse();
            TransferRun.warm();
            connect(publisher);
            say(RunnerWord.READY);
            try {
                handover = HandoverCodec.readHandover(in);
            } catch (EOFException _) {
                return RunnerExit.DONE;
            }
            return run(handover, publisher);
        }
    }

    private RunnerExit run(Handover handover, LogPublisher publisher) {
        log.about(handover);
        say(RunnerWord.ACCEPTED);
        log.event("accepted");
        var report =
                new Report(
                        handover,
                        publisher::say,
                        publisher::tell,
                        log,
                        ProcessHandle.current().pid());
        var plan =
                new TransferPlan(
                        handover.order(),
                        handover.run(),
                        new Credentials(handover.passwords()),
                        TransferSettings.DEFAULTS.withRowsPerChunk(handover.rowsPerChunk()));
        try (var transfer = new TransferRun(plan, report, CLOCK)) {
            var run =
                    new Run(
                            handover,
                            report,
                            work(transfer),
                            log,
                            CLOCK,
                            Runner::say,
                            exit -> Runtime.getRuntime().halt(exit.code()));
            listen(run::stop);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endBySignal(run, handover)));
            return run.run();
        }
    }

    private static Work work(TransferRun transfer) {
        return new Work() {
            @Override
            public void run() {
                transfer.run();
            }

            @Override
            public void stop() {
                transfer.stop();
            }
        };
    }

    /// Runs at every exit; only a signal finds the run still going.
    private static void endBySignal(Run run, Handover handover) {
        var limit = handover.times().longestCall();
        if (!run.awaitOver(Duration.ZERO)) {
            run.stop(StopCause.SIGNAL);
            run.awaitOver(limit);
        }
    }

    /// Hears the launcher, and its end. A stop takes its time, and the end may come meanwhile.
    private void listen(Consumer<StopCause> stop) {
        Thread.ofPlatform()
                .name("launcher")
                .daemon()
                .start(() -> {
                    while (true) {
                        var cause = hear();
                        Thread.ofPlatform().name("stop").daemon().start(() -> stop.accept(cause));
                        if (cause == StopCause.LAUNCHER_GONE) {
                            return;
                        }
                    }
                });
    }

    private StopCause hear() {
        try {
            return switch (in.read()) {
                case HandoverCodec.STOP -> StopCause.ASKED;
                case HandoverCodec.CANCEL -> StopCause.CANCELLED;
                default -> StopCause.LAUNCHER_GONE;
            };
        } catch (IOException _) {
            return StopCause.LAUNCHER_GONE;
        }
    }

    /// A broker that is away is waited for when there is something to say.
    private void connect(LogPublisher publisher) {
        try {
            publisher.warm();
        } catch (KafkaException e) {
            log.fault("not_connected_yet", e);
        }
    }

    private static synchronized void say(RunnerWord word) {
        System.out.println(word.name());
        System.out.flush();
    }
}
