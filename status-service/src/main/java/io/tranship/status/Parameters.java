package io.tranship.status;

import io.tranship.schemas.TransferId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Query parameters as they came, turned into values; what makes no sense is named together with
/// what was found.
record Parameters(Map<String, List<String>> given) {

    private static final int VALUES_MAX = 20;
    private static final int KEY_CHARS_MAX = 255;
    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");

    static TransferId transferId(String text) {
        try {
            return TransferId.parse(text);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(
                    Problem.badParameter("id", text, "is not a transfer id; give a UUID"));
        }
    }

    static @Nullable String idempotencyKey(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > KEY_CHARS_MAX)) {
            throw new ProblemException(
                    Problem.badParameter(
                            "Idempotency-Key",
                            key,
                            "is empty or longer than %d characters; draw a UUID"
                                    .formatted(KEY_CHARS_MAX)));
        }
        return key == null ? null : storable("Idempotency-Key", key);
    }

    /// A filter with a slip in its name would silently find everything.
    void allow(Set<String> names) {
        for (var name : given.keySet()) {
            if (!names.contains(name)) {
                throw new ProblemException(
                        Problem.badParameter(
                                name,
                                String.join(",", given.get(name)),
                                "is for no parameter of this address; it knows "
                                        + String.join(", ", new TreeSet<>(names))));
            }
        }
    }

    List<String> all(String name) {
        var values = storable(name);
        if (values.size() > VALUES_MAX) {
            throw new ProblemException(
                    Problem.badParameter(
                            name,
                            Integer.toString(values.size()),
                            "values are too many; give at most " + VALUES_MAX));
        }
        return values;
    }

    private List<String> storable(String name) {
        var values = given.getOrDefault(name, List.of());
        values.forEach(value -> storable(name, value));
        return values;
    }

    /// No column holds U+0000 or half a character, so nothing could be found by it.
    static String storable(String name, String value) {
        if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new ProblemException(
                    Problem.badParameter(
                            name,
                            value.replace("\0", "\\u0000"),
                            "holds U+0000 or half a character, as no name does"));
        }
        return value;
    }

    @Nullable String one(String name) {
        var values = storable(name);
        if (values.size() > 1) {
            throw new ProblemException(
                    Problem.badParameter(
                            name, String.join(",", values), "is more than one value; give one"));
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
        var value = one(name);
        return value == null ? null : constant(name, value, type);
    }

    <E extends Enum<E>> List<E> allOf(String name, Class<E> type) {
        return all(name).stream().map(value -> constant(name, value, type)).toList();
    }

    private static <E extends Enum<E>> E constant(String name, String value, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(
                                Problem.badParameter(
                                        name,
                                        value,
                                        "is not one of "
                                                + Arrays.toString(type.getEnumConstants()))));
    }

    @Nullable Instant time(String name) {
        return parsed(
                name,
                text -> {
                    return storable(OffsetDateTime.parse(text).toInstant());
                },
                "is not a time such as 2026-11-23T04:05:06Z");
    }

    /// Between the years 1 and 9999 of UTC: what a column takes, whatever its offset was.
    static Instant storable(Instant time) {
        if (time.isBefore(TIME_MIN) || time.isAfter(TIME_MAX)) {
            throw new DateTimeException("no column takes " + time);
        }
        return time;
    }

    int pageSize(int sizeDefault, int sizeMax) {
        var size =
                parsed("page_size", Integer::valueOf, "is not a whole number from 1 to " + sizeMax);
        if (size == null) {
            return sizeDefault;
        }
        if (size < 1 || size > sizeMax) {
            throw new ProblemException(
                    Problem.badParameter(
                            "page_size",
                            size.toString(),
                            "is not a whole number from 1 to " + sizeMax));
        }
        return size;
    }

    <T> @Nullable T parsed(String name, Function<String, T> parse, String wayOut) {
        var text = one(name);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text);
        } catch (DateTimeException | IllegalArgumentException _) {
            throw new ProblemException(Problem.badParameter(name, text, wayOut));
        }
    }
}
