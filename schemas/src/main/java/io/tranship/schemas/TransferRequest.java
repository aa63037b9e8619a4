package io.tranship.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What somebody asks for: the record of the `requests` topic.
///
/// @param destination id or name of the destination
/// @param models names of models; empty means all that the destination has
/// @param windowStart first last-modified value to carry, inclusive
/// @param windowEnd last-modified value to stop before, exclusive
/// @param repair with [TransferKind#INTEGRITY]: transfer again what differs
/// @param acceptShrink consent to a full refresh that leaves far fewer rows
/// @param adopt take over a table that Tranship did not make
/// @param catalogRevision the catalog revision under which it was asked; 0 when unknown
public record TransferRequest(
        TransferId transferId,
        String destination,
        List<String> models,
        TransferKind kind,
        boolean fullRefresh,
        @Nullable Instant windowStart,
        @Nullable Instant windowEnd,
        boolean repair,
        boolean acceptShrink,
        boolean adopt,
        Actor actor,
        Map<String, String> tags,
        long catalogRevision) {

    public TransferRequest {
        if (destination.isBlank()) {
            throw new IllegalArgumentException("destination is empty; give its id or name");
        }
        if (windowStart != null && windowEnd != null && !windowStart.isBefore(windowEnd)) {
            throw new IllegalArgumentException(
                    "window start %s is not before its end %s".formatted(windowStart, windowEnd));
        }
        models = List.copyOf(models);
        tags = Map.copyOf(tags);
    }

    /// The plain request: all models of `destination`, what changed since the last time.
    public static TransferRequest plain(TransferId transferId, String destination, Actor actor) {
        return new TransferRequest(
                transferId,
                destination,
                List.of(),
                TransferKind.TRANSFER,
                false,
                null,
                null,
                false,
                false,
                false,
                actor,
                Map.of(),
                0);
    }
}
