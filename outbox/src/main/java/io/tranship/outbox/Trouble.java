package io.tranship.outbox;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RetriableException;

/// What may be said about a failure in a log line, and whether it passes by itself.
///
/// A server's message may quote values of rows, so of SQL errors only the state and the names in it
/// are told; of others the types and the place.
record Trouble(List<Throwable> causes) {

    /// Connection lost, transaction to be repeated, server full, server going down.
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57");

    private static final int CAUSES_MAX = 20;

    static Trouble of(Throwable failure) {
        return new Trouble(
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                        .limit(CAUSES_MAX)
                        .toList());
    }

    boolean passes() {
        return sqlState()
                .map(state ->
                        state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2)))
                .orElseGet(() -> causes.stream().anyMatch(Trouble::isOutage));
    }

    private static boolean isOutage(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof ClosedConnectionException
                || cause instanceof RetriableException
                || cause instanceof TimeoutException;
    }

    private Optional<String> sqlState() {
        return causes.stream().flatMap(cause -> stateOf(cause).stream()).findFirst();
    }

    private static Optional<String> stateOf(Throwable cause) {
        return switch (cause) {
            case PgException refused -> Optional.ofNullable(refused.getSqlState());
            case SQLException refused -> Optional.ofNullable(refused.getSQLState());
            default -> Optional.empty();
        };
    }

    String describe() {
        var types =
                causes.stream()
                        .map(cause -> cause.getClass().getSimpleName())
                        .collect(Collectors.joining("<"));
        return "error="
                + types
                + names()
                + sqlState().map(state -> " sqlstate=" + state).orElseGet(() -> " at=" + place());
    }

    private String names() {
        for (var cause : causes) {
            if (cause instanceof PgException refused) {
                return " table=%s column=%s constraint=%s"
                        .formatted(
                                refused.getTable(), refused.getColumn(), refused.getConstraint());
            }
        }
        return "";
    }

    private String place() {
        var stack = causes.getLast().getStackTrace();
        return stack.length == 0 ? "unknown" : stack[0].toString();
    }
}
