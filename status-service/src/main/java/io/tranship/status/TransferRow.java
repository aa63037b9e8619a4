package io.tranship.status;

import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferStatus;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The columns by which transfers are found, beside the whole record.
///
/// Whatever a log says, the row can be stored: a row that the database refuses would hold up every
/// transfer behind it. So names are cut to what an index takes and times to what a column takes;
/// the record has them whole.
record TransferRow(
        UUID transferId,
        TransferStatus status,
        @Nullable TransferKind kind,
        @Nullable String destinationId,
        @Nullable String destinationName,
        @Nullable String recipientId,
        List<String> sourceIds,
        List<String> models,
        SortedMap<String, String> tags,
        Instant seenAt,
        Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant startBy,
        @Nullable Long epoch,
        @Nullable UUID run,
        boolean cancelRequested,
        @Nullable String waitsFor,
        List<String> holds,
        Transfer record) {

    /// Bytes of UTF-8 can be three times as many; an index takes 2,700.
    private static final int NAME_CHARS_MAX = 500;

    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");

    static TransferRow of(TransferRecord record) {
        var shown = Transfer.of(record);
        var dispatched = record.state().dispatched();
        return new TransferRow(
                shown.id(),
                shown.status(),
                shown.kind(),
                cut(shown.destinationId()),
                cut(shown.destinationName()),
                cut(shown.recipientId()),
                cut(shown.sourceIds()),
                cut(shown.models()),
                cut(shown.tags()),
                cut(record.seenAt()),
                cut(shown.submittedAt()),
                cut(shown.startedAt()),
                cut(shown.endedAt()),
                cut(shown.expiresAt()),
                dispatched == null ? null : cut(dispatched.startBy()),
                shown.epoch(),
                run(record),
                shown.cancelRequested(),
                cut(Resources.awaited(record)),
                cut(Resources.held(record)),
                shown);
    }

    private static @Nullable UUID run(TransferRecord record) {
        var started = record.state().started();
        return started == null ? null : started.run().value();
    }

    static @Nullable String cut(@Nullable String name) {
        if (name == null || name.length() <= NAME_CHARS_MAX) {
            return name;
        }
        var end =
                NAME_CHARS_MAX
                        - (Character.isHighSurrogate(name.charAt(NAME_CHARS_MAX - 1)) ? 1 : 0);
        return name.substring(0, end);
    }

    private static List<String> cut(List<String> names) {
        return names.stream().map(TransferRow::cut).toList();
    }

    private static SortedMap<String, String> cut(SortedMap<String, String> tags) {
        var cut = new TreeMap<String, String>();
        tags.forEach((name, value) -> cut.put(cut(name), cut(value)));
        return cut;
    }

    private static @Nullable Instant cut(@Nullable Instant time) {
        if (time == null) {
            return null;
        }
        return time.isBefore(TIME_MIN) ? TIME_MIN : time.isAfter(TIME_MAX) ? TIME_MAX : time;
    }
}
