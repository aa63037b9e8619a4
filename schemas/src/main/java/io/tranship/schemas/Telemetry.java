package io.tranship.schemas;

/// What is said often and kept for an hour only: outside the log, outside the fold.
public sealed interface Telemetry {

    /// A launcher or a runner is alive for this transfer.
    ///
    /// @param pid process id of the runner on `host`; 0 while only the launcher speaks for it
    record Heartbeat(
            TransferId transferId, long epoch, RunId run, String launcher, String host, long pid)
            implements Telemetry {}

    /// How far one model is: totals of this run.
    ///
    /// @param chunksTotal 0 while unknown
    record Progress(
            TransferId transferId,
            long epoch,
            RunId run,
            String model,
            long rows,
            long bytes,
            int chunksDone,
            int chunksTotal)
            implements Telemetry {}

    /// How many transfers this launcher takes at once, and how many it has. A launcher that drains
    /// announces capacity 0.
    record LauncherRoom(String launcher, String host, int capacity, int running)
            implements Telemetry {}
}
