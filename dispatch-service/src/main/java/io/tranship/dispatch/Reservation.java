package io.tranship.dispatch;

import io.tranship.schemas.TransferId;
import java.time.Instant;

/// One unit of a resource, held back from younger transfers for one that waited past the bound.
record Reservation(TransferId transferId, Instant submittedAt) {

    static Reservation of(WaitingTransfer waiting) {
        return new Reservation(waiting.id(), waiting.submittedAt());
    }

    /// Whether `waiting` has to stand back: it came later. The same order as
    /// [WaitingTransfer#BY_AGE].
    boolean goesBefore(WaitingTransfer waiting) {
        var byTime = submittedAt.compareTo(waiting.submittedAt());
        return byTime < 0
                || (byTime == 0
                        && WaitingTransfer.BY_ID.compare(transferId.value(), waiting.id().value())
                                < 0);
    }
}
