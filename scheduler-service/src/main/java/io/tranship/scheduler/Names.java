package io.tranship.scheduler;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which names can be used: in a path of the API, and a model's as a table at the destination.
final class Names {

    /// PostgreSQL cuts longer identifiers off, and counts bytes.
    static final int NAME_BYTES_MAX = 63;

    /// Tables beside the models' tables at a destination.
    static final String CONTROL_TABLES = "_tranship_";

    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Names() {}

    /// Whether `text` is an id rather than a name.
    static boolean isId(String text) {
        return UUID.matcher(text).matches();
    }

    /// An id in the one form in which it is stored.
    static String id(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /// What is wrong with a name, or null.
    static @Nullable String trouble(Kind kind, String name) {
        if (name.length() > NAME_BYTES_MAX) {
            return "'%s…' has %d characters, at most %d are allowed"
                    .formatted(name.substring(0, 20), name.length(), NAME_BYTES_MAX);
        }
        if (!USABLE.matcher(name).matches()) {
            return ("'%s' cannot be used as a name; use letters, digits, '_', '-' and '.', and begin"
                            + " with a letter, a digit or '_'")
                    .formatted(name);
        }
        if (isId(name)) {
            return "'%s' looks like an id; names work as ids, so choose another".formatted(name);
        }
        if (kind == Kind.MODEL && name.toLowerCase(Locale.ROOT).startsWith(CONTROL_TABLES)) {
            return "'%s' begins with '%s', which is kept for control tables; choose another"
                    .formatted(name, CONTROL_TABLES);
        }
        return null;
    }
}
