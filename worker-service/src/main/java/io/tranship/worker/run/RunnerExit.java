package io.tranship.worker.run;

/// How a runner's process ends when it ends by itself.
public enum RunnerExit {
    /// All has arrived and its end is in the log, or it was never used.
    DONE(0),
    /// Its end is in the log, but not everything has arrived.
    TOLD(10),
    /// The JVM ends with this code when the heap is full (`ExitOnOutOfMemoryError`).
    OUT_OF_MEMORY(3),
    /// It stopped in order, and could not say so.
    STOPPED_UNTOLD(12),
    /// It could not read what it was handed; nothing was begun.
    UNUSABLE(13),
    /// A fault of its own.
    FAULT(14);

    private final int code;

    RunnerExit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
