package io.tranship.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Starts the whole system and stays until it is told to stop.
@Command(name = "up", description = "Start the whole system on this machine.", sortOptions = false)
final class UpCommand implements Callable<Integer> {

    private static final int REVIVALS_MAX = 20;
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Terminal terminal;
    private final Path root;
    @Mixin private final Options options = new Options();

    @Option(names = "--detach", description = "come back when all answer, and leave it running")
    private boolean detach;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description =
                    "first of seven ports: status and console, scheduler, dispatch, worker, Kafka, its controller, PostgreSQL (default: ${DEFAULT-VALUE})")
    private int portBase = PortPlan.DEFAULT_BASE;

    UpCommand(Terminal terminal, Path root) {
        this.terminal = terminal;
        this.root = root;
    }

    @Override
    public Integer call() throws Exception {
        var ports = new PortPlan(portBase);
        var view = new StackView(terminal, options.isJson());
        if (detach) {
            var state = new Detached(options.home(), root).start(ports);
            view.started(state.ports());
            return 0;
        }
        return new StackSession(options.home(), ports, root, view)
                .run(stack -> {
                    view.started(ports);
                    view.hint("Ctrl-C stops it; the data stays in " + options.home().folder());
                    keepAlive(stack);
                    return 0;
                });
    }

    private void keepAlive(Stack stack) throws InterruptedException {
        var revivals = 0;
        while (!stack.isStopping()) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            var revived = stack.revive();
            revived.forEach(
                    name -> terminal.complain(name + " ended by itself and was started again"));
            revivals += revived.size();
            if (revivals > REVIVALS_MAX) {
                throw CliException.failed(
                        "servers end again and again, last %s; see the logs in %s"
                                .formatted(revived, options.home().logs()));
            }
        }
    }
}
