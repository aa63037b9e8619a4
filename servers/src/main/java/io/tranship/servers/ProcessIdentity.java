package io.tranship.servers;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A process that can be written down and found again: an id alone is given anew in time.
public record ProcessIdentity(long pid, Instant start) {

    /// The start is computed from the time since boot, which shifts a little when the clock is set.
    private static final Duration START_ERROR_MAX = Duration.ofSeconds(10);

    public static ProcessIdentity of(ProcessHandle handle) {
        return new ProcessIdentity(handle.pid(), startOf(handle));
    }

    /// Empty when it has ended.
    public Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle ->
                        Duration.between(start, startOf(handle)).abs().compareTo(START_ERROR_MAX)
                                <= 0);
    }

    private static Instant startOf(ProcessHandle handle) {
        return handle.info().startInstant().orElse(Instant.EPOCH);
    }
}
