package io.tranship.worker.run;

import java.util.Optional;

/// What a runner tells its launcher over standard output: one word a line.
///
/// For the launcher only. What others may rely on is in the log.
public enum RunnerWord {
    /// Warm, and waits for a transfer.
    READY,
    /// It has read the handover, and work may begin.
    ACCEPTED,
    /// Its first heartbeat is acknowledged.
    BEATING,
    /// Its `TransferFinished` is acknowledged.
    FINISHED;

    public static Optional<RunnerWord> of(String line) {
        for (var word : values()) {
            if (word.name().equals(line)) {
                return Optional.of(word);
            }
        }
        return Optional.empty();
    }
}
