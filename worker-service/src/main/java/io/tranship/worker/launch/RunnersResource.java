package io.tranship.worker.launch;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;

/// The runners of this launcher, so that an operator can find a process.
@Path("/runners")
public class RunnersResource {

    private final LauncherLifecycle lifecycle;

    @Inject
    RunnersResource(LauncherLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /// @param pid 0 while there is no process yet
    public record Runner(
            @JsonProperty("transfer_id") String transferId,
            long epoch,
            String run,
            long pid,
            Instant since) {}

    @GET
    public List<Runner> runners() {
        return lifecycle.launcher().view().stream()
                .map(view ->
                        new Runner(
                                view.transferId().toString(),
                                view.epoch(),
                                view.run().toString(),
                                view.pid(),
                                view.since()))
                .toList();
    }
}
