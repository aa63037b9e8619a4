package io.tranship.scheduler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads one JSON object field by field and names whatever does not fit.
///
/// A reader that found a fault goes on with a harmless value, so that one round tells all. `null`
/// is the same as absent.
final class Fields {

    static final int TEXT_CHARS_MAX = 1_000;
    private static final int LIST_ITEMS_MAX = 10_000;

    private final Map<?, ?> values;
    private final String path;
    private final Faults faults;
    private final Set<String> known = new HashSet<>();

    private Fields(Map<?, ?> values, String path, Faults faults) {
        this.values = values;
        this.path = path;
        this.faults = faults;
    }

    static Fields of(Map<?, ?> values, String path, Faults faults) {
        return new Fields(values, path, faults);
    }

    /// The path of the field `name` of this object.
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    String path() {
        return path;
    }

    void fault(String name, String detail) {
        faults.add(name.isEmpty() ? path : at(name), detail);
    }

    List<String> names() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    @Nullable Object raw(String name) {
        known.add(name);
        return values.get(name);
    }

    String text(String name) {
        return required(name) ? text(name, "") : "";
    }

    String text(String name, String fallback) {
        var text = textOrNull(name);
        return text == null ? fallback : text;
    }

    @Nullable String textOrNull(String name) {
        return switch (raw(name)) {
            case null -> null;
            case String text -> usable(name, text);
            case Object other -> {
                fault(name, "expected text, found %s; put it in quotes".formatted(found(other)));
                yield null;
            }
        };
    }

    private @Nullable String usable(String name, String text) {
        if (text.isBlank()) {
            fault(name, "is empty");
            return null;
        }
        if (text.length() > TEXT_CHARS_MAX) {
            fault(
                    name,
                    "has %d characters, at most %d are allowed"
                            .formatted(text.length(), TEXT_CHARS_MAX));
            return null;
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            fault(name, "contains a control character");
            return null;
        }
        return text;
    }

    int integer(String name, int min, int max, int fallback) {
        var value = integerOrNull(name, min, max);
        return value == null ? fallback : value;
    }

    @Nullable Integer integerOrNull(String name, int min, int max) {
        return switch (raw(name)) {
            case null -> null;
            case Integer n when n >= min && n <= max -> n;
            case Object other -> {
                fault(
                        name,
                        "expected a whole number from %d to %d, found %s"
                                .formatted(min, max, found(other)));
                yield null;
            }
        };
    }

    boolean flag(String name, boolean fallback) {
        return switch (raw(name)) {
            case null -> fallback;
            case Boolean flag -> flag;
            case Object other -> {
                fault(name, "expected true or false, found %s".formatted(found(other)));
                yield fallback;
            }
        };
    }

    <T> T word(String name, Map<String, T> words, T fallback) {
        var word = textOrNull(name);
        if (word == null) {
            return fallback;
        }
        var value = words.get(word);
        if (value == null) {
            fault(
                    name,
                    "'%s' is not known; known are %s"
                            .formatted(
                                    word,
                                    String.join(", ", words.keySet().stream().sorted().toList())));
            return fallback;
        }
        return value;
    }

    /// Texts of a list, none of them twice.
    List<String> texts(String name, List<String> fallback) {
        var items = list(name);
        if (items == null) {
            return fallback;
        }
        var texts = new ArrayList<String>();
        for (var i = 0; i < items.size(); i++) {
            var place = "%s[%d]".formatted(name, i);
            switch (items.get(i)) {
                case String text when texts.contains(text) ->
                        fault(place, "'%s' is listed twice".formatted(text));
                case String text -> {
                    if (usable(place, text) != null) {
                        texts.add(text);
                    }
                }
                case Object other -> fault(place, "expected text, found " + found(other));
            }
        }
        return texts;
    }

    @Nullable Fields object(String name) {
        return switch (raw(name)) {
            case null -> null;
            case Map<?, ?> map -> new Fields(map, at(name), faults);
            case Object other -> {
                fault(name, "expected an object, found %s".formatted(found(other)));
                yield null;
            }
        };
    }

    /// The objects of a list; absent is empty.
    List<Fields> objects(String name) {
        var items = list(name);
        if (items == null) {
            return List.of();
        }
        var objects = new ArrayList<Fields>();
        for (var i = 0; i < items.size(); i++) {
            var place = "%s[%d]".formatted(name, i);
            if (items.get(i) instanceof Map<?, ?> map) {
                objects.add(new Fields(map, at(place), faults));
            } else {
                fault(place, "expected an object, found " + found(items.get(i)));
            }
        }
        return objects;
    }

    /// Each item of a list as the field `name[i]` of an object of its own, for lists of mixed
    /// items; absent is empty.
    List<Fields> items(String name) {
        var items = list(name);
        return items == null
                ? List.of()
                : IntStream.range(0, items.size())
                        .mapToObj(i -> {
                            var place = "%s[%d]".formatted(name, i);
                            return items.get(i) instanceof Map<?, ?> map
                                    ? new Fields(map, at(place), faults)
                                    : new Fields(Map.of("name", items.get(i)), at(place), faults);
                        })
                        .toList();
    }

    private @Nullable List<?> list(String name) {
        return switch (raw(name)) {
            case null -> null;
            case List<?> items when items.stream().anyMatch(Objects::isNull) -> {
                fault(name, "has an empty item");
                yield null;
            }
            case List<?> items when items.size() > LIST_ITEMS_MAX -> {
                fault(
                        name,
                        "has %d items, at most %d are taken"
                                .formatted(items.size(), LIST_ITEMS_MAX));
                yield null;
            }
            case List<?> items -> items;
            case Object other -> {
                fault(name, "expected a list, found %s".formatted(found(other)));
                yield null;
            }
        };
    }

    boolean required(String name) {
        known.add(name);
        if (!has(name)) {
            fault(name, "is missing");
            return false;
        }
        return true;
    }

    /// Names each field that nobody asked for.
    void done() {
        for (var key : values.keySet()) {
            var name = String.valueOf(key);
            if (!known.contains(name)) {
                fault(
                        name,
                        "is not a known field; known are %s"
                                .formatted(String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    /// The value as a message may show it.
    static String found(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> "the text '%s'".formatted(text.length() > 100 ? "…" : text);
            case Number number -> "the number " + number;
            case Boolean flag -> flag.toString();
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "an object";
            case Object other -> "a " + other.getClass().getSimpleName();
        };
    }
}
