package io.tranship.cli;

import io.tranship.servers.LocalPostgres;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the main job end to end, on a stack of its own when none runs.
@Command(
        name = "demo",
        description = "Show the main job end to end: backfill, changes, incrementals, comparison.")
final class DemoCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Path root;
    @Mixin private final Options options = new Options();

    @Option(names = "--keep", description = "leave running what the demo started")
    private boolean isKept;

    @Option(names = "--port-base", paramLabel = "PORT", description = "as of `up`")
    private int portBase = PortPlan.DEFAULT_BASE;

    DemoCommand(Terminal terminal, Path root) {
        this.terminal = terminal;
        this.root = root;
    }

    @Override
    public Integer call() throws Exception {
        var home = options.home();
        var view = new StackView(terminal, options.isJson());
        var running = StackState.running(home);
        if (running.isPresent()) {
            view.hint("using the stack that runs in " + home.folder());
            return onRunning(home, running.get().ports());
        }
        var ports = new PortPlan(portBase);
        if (isKept) {
            view.hint("starting the stack");
            var code = onRunning(home, new Detached(home, root).start(ports).ports());
            view.hint("it runs on; `tranship down` stops it");
            return code;
        }
        view.hint("starting the stack");
        return new StackSession(home, ports, root, view)
                .run(stack -> {
                    var code = run(ports, stack.postgres());
                    view.hint("stopping what the demo started (--keep leaves it running)");
                    return code;
                });
    }

    private int onRunning(Home home, PortPlan ports) throws Exception {
        var secrets = StackSecrets.readOrDraw(home);
        return run(
                ports,
                new LocalPostgres(
                        home.postgres(),
                        home.cache(),
                        ports.postgres(),
                        secrets.superuser(),
                        LocalPostgres.Durability.DURABLE));
    }

    private int run(PortPlan ports, LocalPostgres postgres) throws Exception {
        var api = new Api(ports.schedulerAddress(), ports.statusAddress());
        var databases = new DemoDatabases(postgres, StackSecrets.draw());
        var isGood = new Demo(terminal, options.isJson(), api, databases, ports.postgres()).run();
        if (!options.isJson()) {
            terminal.say("console and status API: %s/".formatted(ports.statusAddress()));
        }
        return isGood ? 0 : CliException.FAILED;
    }
}
