package io.tranship.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a command finds the services: those of the home, unless told otherwise.
final class ClientOptions {

    @Option(
            names = "--scheduler-url",
            paramLabel = "URL",
            description = "scheduler-service elsewhere")
    private @Nullable URI scheduler;

    @Option(names = "--status-url", paramLabel = "URL", description = "status-service elsewhere")
    private @Nullable URI status;

    Api api(Options options) {
        var ports =
                StackState.read(options.home())
                        .map(StackState::ports)
                        .orElseGet(() -> new PortPlan(PortPlan.DEFAULT_BASE));
        return new Api(
                scheduler == null ? ports.schedulerAddress() : scheduler,
                status == null ? ports.statusAddress() : status);
    }
}
