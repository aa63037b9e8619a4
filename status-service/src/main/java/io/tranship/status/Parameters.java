package io.tranship.status;

import io.tranship.schemas.TransferId;
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
    private static final int TIME_YEAR_MAX = 9999;

    static TransferId transferId(String text) {
        try {
            return TransferId.parse(text);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(
                    Problem.badParameter("id", text, "is not a transfer id; give a UUID"));
        }
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
        var values = given.getOrDefault(name, List.of());
        if (values.size() > VALUES_MAX) {
            throw new ProblemException(
                    Problem.badParameter(
                            name,
                            Integer.toString(values.size()),
                            "values are too many; give at most " + VALUES_MAX));
        }
        return values;
    }

    @Nullable String one(String name) {
        var values = given.getOrDefault(name, List.of());
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
                    var time = OffsetDateTime.parse(text);
                    if (time.getYear() < 1 || time.getYear() > TIME_YEAR_MAX) {
                        throw new DateTimeException("year " + time.getYear());
                    }
                    return time.toInstant();
                },
                "is not a time such as 2026-11-23T04:05:06Z");
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
