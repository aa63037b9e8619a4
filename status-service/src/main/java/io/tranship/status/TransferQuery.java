package io.tranship.status;

import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which transfers somebody wants to see, in which order, from where on.
///
/// @param statuses empty means any
/// @param destination id or name
/// @param tags each `name:value`
/// @param after the last one of the page before
record TransferQuery(
        List<TransferStatus> statuses,
        @Nullable String destination,
        @Nullable String source,
        @Nullable String recipient,
        @Nullable String model,
        @Nullable TransferKind kind,
        List<Tag> tags,
        @Nullable Instant submittedAfter,
        @Nullable Instant submittedBefore,
        @Nullable Instant endedAfter,
        @Nullable Instant endedBefore,
        Order order,
        @Nullable Place after,
        int pageSize) {

    static final int PAGE_SIZE = 10;
    static final int PAGE_SIZE_MAX = 100;

    record Tag(String name, String value) {

        static Tag parse(String text) {
            var colon = text.indexOf(':');
            if (colon < 1) {
                throw new ProblemException(
                        Problem.badParameter("tag", text, "is not a tag; give name:value"));
            }
            return new Tag(text.substring(0, colon), text.substring(colon + 1));
        }
    }

    /// By time, and by id where times are equal.
    enum Order {
        NEWEST_FIRST("-submitted_at"),
        OLDEST_FIRST("submitted_at"),
        /// Only those that are over.
        LAST_ENDED_FIRST("-ended_at"),
        FIRST_ENDED_FIRST("ended_at");

        private final String word;

        Order(String word) {
            this.word = word;
        }

        static Order of(String word) {
            for (var order : values()) {
                if (order.word.equals(word)) {
                    return order;
                }
            }
            throw new IllegalArgumentException(word);
        }

        boolean isByEnd() {
            return this == LAST_ENDED_FIRST || this == FIRST_ENDED_FIRST;
        }

        boolean isDescending() {
            return this == NEWEST_FIRST || this == LAST_ENDED_FIRST;
        }
    }

    /// Where a page ended. It stays right when transfers are added meanwhile.
    record Place(Order order, Instant time, UUID id) {

        /// Opaque to clients.
        String cursor() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            "%s|%s|%s"
                                    .formatted(order.word, time, id)
                                    .getBytes(StandardCharsets.UTF_8));
        }

        static Place parse(String cursor) {
            var parts =
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8)
                            .split("\\|", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException(cursor);
            }
            return new Place(
                    Order.of(parts[0]),
                    Parameters.storable(Instant.parse(parts[1])),
                    UUID.fromString(parts[2]));
        }
    }

    static final Set<String> PARAMETERS =
            Set.of(
                    "status",
                    "destination",
                    "source",
                    "recipient",
                    "model",
                    "kind",
                    "tag",
                    "submitted_after",
                    "submitted_before",
                    "ended_after",
                    "ended_before",
                    "order",
                    "cursor",
                    "page_size");

    static TransferQuery of(Parameters parameters) {
        parameters.allow(PARAMETERS);
        var given =
                parameters.parsed(
                        "order",
                        Order::of,
                        "is not an order; give submitted_at or ended_at, with - before it for the latest first");
        var order = given == null ? Order.NEWEST_FIRST : given;
        return new TransferQuery(
                parameters.allOf("status", TransferStatus.class),
                parameters.one("destination"),
                parameters.one("source"),
                parameters.one("recipient"),
                parameters.one("model"),
                parameters.oneOf("kind", TransferKind.class),
                parameters.all("tag").stream().map(Tag::parse).toList(),
                parameters.time("submitted_after"),
                parameters.time("submitted_before"),
                parameters.time("ended_after"),
                parameters.time("ended_before"),
                order,
                place(parameters, order),
                parameters.pageSize(PAGE_SIZE, PAGE_SIZE_MAX));
    }

    private static @Nullable Place place(Parameters parameters, Order order) {
        var wayOut = "is no cursor of this list; give next_cursor as it came, with the same order";
        var place = parameters.parsed("cursor", Place::parse, wayOut);
        if (place != null && place.order() != order) {
            throw new ProblemException(Problem.badParameter("cursor", place.cursor(), wayOut));
        }
        return place;
    }
}
