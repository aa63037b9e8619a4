package io.tranship.scheduler;

import java.util.Map;
import java.util.UUID;

/// Where a topic ended at some time, and so up to where this service has to have read before it may
/// say that nothing was heard until then.
record LogEnds(Map<Place, Span> spans) {

    /// A partition of one incarnation of a topic: one made anew under its name is another.
    record Place(UUID topicId, int partition) {}

    /// @param first the first offset that is still there
    /// @param next the offset that the next record gets
    record Span(long first, long next) {}

    LogEnds {
        spans = Map.copyOf(spans);
    }

    /// @param positions the next offset to apply; 0 for a partition that is missing
    boolean isReached(Map<Place, Long> positions) {
        return spans.entrySet().stream()
                .allMatch(end ->
                        end.getValue().next()
                                <= Math.max(
                                        end.getValue().first(),
                                        positions.getOrDefault(end.getKey(), 0L)));
    }
}
