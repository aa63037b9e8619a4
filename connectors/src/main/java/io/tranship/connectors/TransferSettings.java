package io.tranship.connectors;

import java.time.Duration;

/// Bounds of a transfer. Every one has a safe default.
///
/// @param rowsPerChunk rows of a key range of a backfill, about
/// @param pipeBytes what may wait between the source's and the destination's COPY, in all lanes
///   together
/// @param rowBytesMax a row larger than this fails its model; 32 MB, and more in a heap of more
///   than 256 MB
/// @param lookback for sources that set none
/// @param boundMargin taken off the commit-safe bound: how long a server may take from stamping a
///   transaction's start to showing it
/// @param shrinkPercentMin a full refresh that leaves fewer rows than this share of the old needs
///   consent
/// @param connectTimeout for one attempt to reach a server
/// @param lockTimeout for each lock, the claim's too
/// @param statementTimeout for each statement, those that carry rows too
/// @param idleInTransactionTimeout after which a server ends a session of a runner that hangs
/// @param progressEvery how often progress is told at most
/// @param stopWithin how long [TransferRun#stop] waits for cancelled statements before it cuts the
///   connections
public record TransferSettings(
        int rowsPerChunk,
        int pipeBytes,
        int rowBytesMax,
        Duration lookback,
        Duration boundMargin,
        int shrinkPercentMin,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        Duration idleInTransactionTimeout,
        Duration progressEvery,
        Duration stopWithin) {

    private static final int PIPE_BYTES_MIN = 1 << 16;

    public static final TransferSettings DEFAULTS =
            new TransferSettings(
                    100_000,
                    4 << 20,
                    rowBytesMax(Runtime.getRuntime().maxMemory()),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    50,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofHours(1),
                    Duration.ofMinutes(1),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10));

    /// An eighth of the heap: a row stands in it up to four times, while the driver takes it in and
    /// while the next is on its way.
    private static int rowBytesMax(long heap) {
        return Math.clamp(heap / 8, 32 << 20, 1 << 29);
    }

    public TransferSettings {
        atLeast("rowsPerChunk", rowsPerChunk, 1);
        atLeast("pipeBytes", pipeBytes, PIPE_BYTES_MIN);
        atLeast("rowBytesMax", rowBytesMax, 1 << 10);
        atLeast("lookback", lookback.toMillis(), 0);
        atLeast("boundMargin", boundMargin.toMillis(), 0);
        atLeast("shrinkPercentMin", shrinkPercentMin, 0);
        atLeast("connectTimeout", connectTimeout.toSeconds(), 1);
        atLeast("lockTimeout", lockTimeout.toMillis(), 1);
        atLeast("statementTimeout", statementTimeout.toMillis(), 1);
        atLeast("idleInTransactionTimeout", idleInTransactionTimeout.toMillis(), 1);
        atLeast("stopWithin", stopWithin.toMillis(), 1);
    }

    private static void atLeast(String name, long found, long least) {
        if (found < least) {
            throw new IllegalArgumentException(
                    "%s is %d; it must be %d or more".formatted(name, found, least));
        }
    }

    /// The share of each of `lanes` that work at once: what waits in all their pipes together stays
    /// under `pipeBytes`, but for the least that a pipe needs and for single rows that are larger.
    TransferSettings dividedBy(int lanes) {
        return new TransferSettings(
                rowsPerChunk,
                Math.max(PIPE_BYTES_MIN, pipeBytes / lanes),
                rowBytesMax,
                lookback,
                boundMargin,
                shrinkPercentMin,
                connectTimeout,
                lockTimeout,
                statementTimeout,
                idleInTransactionTimeout,
                progressEvery,
                stopWithin);
    }

    public TransferSettings withRowsPerChunk(int rows) {
        return new TransferSettings(
                rows,
                pipeBytes,
                rowBytesMax,
                lookback,
                boundMargin,
                shrinkPercentMin,
                connectTimeout,
                lockTimeout,
                statementTimeout,
                idleInTransactionTimeout,
                progressEvery,
                stopWithin);
    }
}
