package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Ends the command with a message for its user and an exit code.
final class CliException extends RuntimeException {

    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    private final int exitCode;
    private final transient @Nullable JsonNode problem;

    private CliException(int exitCode, String message, @Nullable JsonNode problem) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    static CliException failed(String message) {
        return new CliException(FAILED, message, null);
    }

    /// What a service answered (RFC 9457).
    static CliException refused(String message, JsonNode problem) {
        return new CliException(FAILED, message, problem);
    }

    static CliException wrongUse(String message) {
        return new CliException(WRONG_USE, message, null);
    }

    int exitCode() {
        return exitCode;
    }

    @Nullable JsonNode problem() {
        return problem;
    }
}
