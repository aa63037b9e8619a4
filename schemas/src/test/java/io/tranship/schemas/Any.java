package io.tranship.schemas;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Small generated values, from which the others are made.
public final class Any {

    private static final List<String> WORDS =
            List.of(
                    "invoices",
                    "acme",
                    "Ünïcødé",
                    "a b",
                    "'; drop table x; --",
                    "日本",
                    "😀",
                    "x",
                    "UPPER",
                    "tab\there",
                    "*",
                    "null");

    private Any() {}

    public static UUID uuid(RandomGenerator random) {
        return UuidV7.draw(time(random), random);
    }

    public static TransferId transferId(RandomGenerator random) {
        return new TransferId(uuid(random));
    }

    public static RunId run(RandomGenerator random) {
        return new RunId(uuid(random));
    }

    /// A name that is fit for everything, different with each call as good as always.
    public static String name(RandomGenerator random) {
        return of(random, WORDS) + "-" + Long.toString(random.nextLong() >>> 20, 36);
    }

    public static List<String> names(RandomGenerator random, int max) {
        return some(random, max, () -> name(random));
    }

    /// In this century, to the microsecond.
    public static Instant time(RandomGenerator random) {
        return Instant.parse("2000-01-01T00:00:00Z")
                .plus(random.nextLong(3_000_000_000L * 1_000_000L), ChronoUnit.MICROS);
    }

    public static long count(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextLong(10);
            case 2 -> random.nextLong(1_000_000);
            default -> random.nextLong(Long.MAX_VALUE / 4);
        };
    }

    public static <T> T of(RandomGenerator random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    public static <E extends Enum<E>> E of(RandomGenerator random, Class<E> type) {
        return of(random, List.of(type.getEnumConstants()));
    }

    public static <T> List<T> some(RandomGenerator random, int max, Supplier<T> value) {
        return IntStream.range(0, random.nextInt(max + 1)).mapToObj(_ -> value.get()).toList();
    }

    public static <T> @Nullable T orNull(RandomGenerator random, Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    public static <T> List<T> shuffled(RandomGenerator random, List<T> values) {
        var shuffled = new ArrayList<>(values);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            shuffled.set(i, shuffled.set(random.nextInt(i + 1), shuffled.get(i)));
        }
        return shuffled;
    }
}
