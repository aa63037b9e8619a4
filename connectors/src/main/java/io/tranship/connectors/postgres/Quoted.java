package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Names as SQL takes them literally, whatever they hold.
final class Quoted {

    /// A longer name would be cut by the server, and might then be another's.
    static final int NAME_BYTES_MAX = 63;

    private Quoted() {}

    static String name(String name) {
        if (name.isEmpty()
                || name.indexOf('\0') >= 0
                || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw new TransferFailure(
                    ErrorCode.INVALID_CATALOG,
                    "'%s' is no name for PostgreSQL: it must have 1 to %d bytes and no zero character"
                            .formatted(name.replace('\0', '?'), NAME_BYTES_MAX));
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String name(String schema, String table) {
        return name(schema) + '.' + name(table);
    }

    /// A name as a text; sessions are pinned to standard strings.
    static String literal(String name) {
        return "'" + name.replace("'", "''") + "'";
    }

    /// An array of texts as the server reads it from a text.
    static String array(List<String> values) {
        return values.stream()
                .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String names(List<String> names) {
        return names.stream().map(Quoted::name).collect(Collectors.joining(", "));
    }

    /// The same columns of `alias`.
    static String names(String alias, List<String> names) {
        return names.stream()
                .map(name -> alias + '.' + name(name))
                .collect(Collectors.joining(", "));
    }

    /// `a.x = b.x and …`
    static String equal(String left, String right, List<String> names) {
        return names.stream()
                .map(name -> "%s.%s = %s.%s".formatted(left, name(name), right, name(name)))
                .collect(Collectors.joining(" and "));
    }
}
