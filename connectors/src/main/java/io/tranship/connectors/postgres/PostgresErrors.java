package io.tranship.connectors.postgres;

import io.tranship.connectors.Side;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Turns a server's error into ours, by its SQLSTATE alone. Of what the server says only that code
/// and the names of schema, table, column and constraint are told on; its message may quote a row.
final class PostgresErrors {

    private static final Pattern COPIED =
            Pattern.compile("^COPY [^\\n]*?, line \\d+, column ([^:\\n]+)");

    private final Side side;
    private final String server;

    /// @param server how messages name it
    PostgresErrors(Side side, String server) {
        this.side = side;
        this.server = server;
    }

    /// A connection could not be made.
    TransferFailure connecting(SQLException e, boolean withTls, boolean withPassword) {
        var state = stateOf(e);
        if (e.getCause() instanceof GuardedSockets.Refused refused) {
            return failure(
                    ErrorCode.ENDPOINT_FORBIDDEN,
                    "no database may be at %s, which is the host's own or a whole network; name the server's address"
                            .formatted(refused.getMessage()),
                    e);
        }
        if (isTls(e) || (withTls && state.equals("08006") && e.getCause() == null)) {
            return failure(
                    of(ErrorCode.SOURCE_TLS_FAILED, ErrorCode.DESTINATION_TLS_FAILED),
                    "no TLS connection as ssl_mode demands; check ssl_mode and ssl_root_cert, and the server's certificate",
                    e);
        }
        if (state.equals("08004")) {
            return withPassword
                    ? failure(
                            of(ErrorCode.SOURCE_TLS_FAILED, ErrorCode.DESTINATION_TLS_FAILED),
                            "the server does not take the connection as ssl_mode demands it",
                            e)
                    : authentication(e);
        }
        if (state.startsWith("08") || state.startsWith("57P")) {
            return failure(
                    of(ErrorCode.SOURCE_UNREACHABLE, ErrorCode.DESTINATION_UNREACHABLE),
                    "no connection; check host and port, and that the server is up and lets this worker in",
                    e);
        }
        return of("connecting", e);
    }

    /// A statement failed.
    ///
    /// @param about whose statement, such as `model invoices`
    TransferFailure of(String about, SQLException e) {
        var state = stateOf(e);
        var code = codeOf(state);
        return failure(code, about + ": " + adviceOn(code), e);
    }

    private TransferFailure authentication(SQLException e) {
        return failure(
                of(ErrorCode.SOURCE_AUTH_FAILED, ErrorCode.DESTINATION_AUTH_FAILED),
                "connecting: " + adviceOn(ErrorCode.SOURCE_AUTH_FAILED),
                e);
    }

    private ErrorCode codeOf(String state) {
        return switch (state) {
            case "3D000", "3F000" ->
                    of(ErrorCode.SOURCE_DATABASE_MISSING, ErrorCode.DESTINATION_DATABASE_MISSING);
            case "42501", "25006" ->
                    of(ErrorCode.SOURCE_PRIVILEGE_MISSING, ErrorCode.DESTINATION_PRIVILEGE_MISSING);
            case "42P01" -> of(ErrorCode.SOURCE_TABLE_MISSING, ErrorCode.DESTINATION_FAILED);
            case "42703" -> of(ErrorCode.SOURCE_COLUMN_MISSING, ErrorCode.DESTINATION_FAILED);
            case "57014", "55P03", "25P03", "25P04" ->
                    of(ErrorCode.SOURCE_STATEMENT_TIMEOUT, ErrorCode.DESTINATION_STATEMENT_TIMEOUT);
            // Statements of ours that only read can meet nothing else of this kind.
            case "40001" -> of(ErrorCode.SOURCE_CONFLICT, ErrorCode.DESTINATION_FAILED);
            case "53100" -> of(ErrorCode.SOURCE_OVERLOADED, ErrorCode.DESTINATION_DISK_FULL);
            default -> codeOfClass(state.substring(0, 2));
        };
    }

    private ErrorCode codeOfClass(String stateClass) {
        return switch (stateClass) {
            case "08", "57" ->
                    of(ErrorCode.SOURCE_CONNECTION_LOST, ErrorCode.DESTINATION_CONNECTION_LOST);
            case "28" -> of(ErrorCode.SOURCE_AUTH_FAILED, ErrorCode.DESTINATION_AUTH_FAILED);
            case "53", "54" -> of(ErrorCode.SOURCE_OVERLOADED, ErrorCode.DESTINATION_OVERLOADED);
            case "23" -> of(ErrorCode.SOURCE_FAILED, ErrorCode.DESTINATION_CONSTRAINT_VIOLATED);
            default -> of(ErrorCode.SOURCE_FAILED, ErrorCode.DESTINATION_FAILED);
        };
    }

    private static String adviceOn(ErrorCode code) {
        return switch (code) {
            case SOURCE_AUTH_FAILED, DESTINATION_AUTH_FAILED ->
                    "user or password was refused; check both, and the server's pg_hba.conf";
            case SOURCE_DATABASE_MISSING, DESTINATION_DATABASE_MISSING ->
                    "no such database or schema; check the name, or create it";
            case SOURCE_PRIVILEGE_MISSING, DESTINATION_PRIVILEGE_MISSING ->
                    "the role may not do this, or the server only reads; grant the right, or name another role or server";
            case SOURCE_TABLE_MISSING -> "a table is gone; check the model's table";
            case SOURCE_COLUMN_MISSING -> "a column is gone; check the model's columns";
            case SOURCE_STATEMENT_TIMEOUT, DESTINATION_STATEMENT_TIMEOUT ->
                    "a statement was cancelled, or waited too long for a lock; see what blocks it";
            case SOURCE_CONFLICT ->
                    "the standby cancelled the read again and again, as it had to apply changes of its primary; raise max_standby_streaming_delay, or set hot_standby_feedback";
            case DESTINATION_DISK_FULL -> "the disk is full; make room";
            case SOURCE_CONNECTION_LOST, DESTINATION_CONNECTION_LOST ->
                    "the connection broke; the next transfer goes on from what was committed";
            case SOURCE_OVERLOADED, DESTINATION_OVERLOADED ->
                    "the server has no connection, memory or room left; lower the load or raise its limits";
            case DESTINATION_CONSTRAINT_VIOLATED ->
                    "a constraint refused a row; drop the constraint at the destination, or correct the row at the source";
            case SOURCE_FAILED, DESTINATION_FAILED ->
                    "the server refused a statement or a value; its log says more";
            default -> code.title();
        };
    }

    private TransferFailure failure(ErrorCode code, String words, SQLException e) {
        var reason = "SQLSTATE " + stateOf(e) + namesIn(e);
        var message = "%s: %s (%s)".formatted(server, words, reason);
        return side == Side.DESTINATION && isOfRows(stateOf(e))
                ? TransferFailure.ofRows(code, message, reason)
                : new TransferFailure(code, message);
    }

    /// A value, a constraint or somebody's trigger is why.
    private static boolean isOfRows(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.equals("P0001");
    }

    private ErrorCode of(ErrorCode atSource, ErrorCode atDestination) {
        return switch (side) {
            case SOURCE -> atSource;
            case DESTINATION -> atDestination;
        };
    }

    static String stateOf(SQLException e) {
        var state = e.getSQLState();
        return state == null || state.length() != 5 ? "XX000" : state;
    }

    private static boolean isTls(SQLException e) {
        var depth = 0;
        for (Throwable cause = e; cause != null && depth < 10; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return true;
            }
            depth++;
        }
        return false;
    }

    private static String namesIn(SQLException e) {
        if (!(e instanceof PSQLException psql) || psql.getServerErrorMessage() == null) {
            return "";
        }
        var message = psql.getServerErrorMessage();
        var names = new ArrayList<String>();
        add(names, "schema", message.getSchema());
        add(names, "table", message.getTable());
        add(
                names,
                "column",
                message.getColumn() == null ? copiedInto(message) : message.getColumn());
        add(names, "constraint", message.getConstraint());
        return names.isEmpty() ? "" : ", " + String.join(", ", names);
    }

    /// A COPY that refuses a value says where it was, and then, after a colon, the value.
    private static @Nullable String copiedInto(ServerErrorMessage message) {
        var where = COPIED.matcher(Objects.requireNonNullElse(message.getWhere(), ""));
        return where.find() ? where.group(1) : null;
    }

    private static void add(List<String> names, String what, @Nullable String name) {
        if (name != null) {
            names.add(what + ' ' + name);
        }
    }
}
