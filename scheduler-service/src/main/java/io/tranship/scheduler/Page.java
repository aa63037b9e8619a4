package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list in the order of names. The cursor is the last name seen, so a page is right
/// whatever was added or deleted between two of them.
///
/// @param nextCursor null on the last page
record Page(List<CatalogRecord> items, @Nullable String nextCursor) {

    static final int SIZE = 10;
    static final int SIZE_MAX = 100;

    static int size(@Nullable String asked) {
        if (asked == null || asked.isEmpty()) {
            return SIZE;
        }
        try {
            var size = Integer.parseInt(asked);
            if (size >= 1 && size <= SIZE_MAX) {
                return size;
            }
        } catch (NumberFormatException _) {
            // Answered below, as a number that is too great.
        }
        throw new ProblemException(
                Problem.badParameter(
                        "page_size",
                        "'%s' is not a whole number from 1 to %d".formatted(asked, SIZE_MAX)));
    }

    static Page of(Catalog catalog, Kind kind, int size, @Nullable String cursor) {
        var after = cursor == null || cursor.isEmpty() ? "" : decoded(cursor);
        var items =
                catalog.all(kind).stream()
                        .filter(thing -> thing.name().compareTo(after) > 0)
                        .limit(size + 1L)
                        .toList();
        return items.size() <= size
                ? new Page(items, null)
                : new Page(items.subList(0, size), encoded(items.get(size - 1).name()));
    }

    private static String encoded(String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(
                    Problem.badParameter(
                            "cursor", "is none of ours; pass next_cursor of the page before on"));
        }
    }
}
