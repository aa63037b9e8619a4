package io.tranship.dispatch;

import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A transfer in the queue.
///
/// @param parkedOn null: nobody has looked at it since it came or was woken
/// @param toldOf the resource of its last `Blocked` fact
/// @param turn of its last `Blocked` fact; 0 when there was none
/// @param unknownUntil null: all names of the request were known when it was last looked at
record WaitingTransfer(
        TransferRequest request,
        Instant submittedAt,
        Instant expiresAt,
        @Nullable Resource parkedOn,
        @Nullable Resource toldOf,
        long turn,
        @Nullable Instant unknownUntil) {

    /// As the database orders them. [UUID#compareTo] takes the halves for signed numbers.
    static final Comparator<UUID> BY_ID =
            Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
                    .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    /// The oldest first; ids break the tie, so that every replica and every statement sees one
    /// order.
    static final Comparator<WaitingTransfer> BY_AGE =
            Comparator.comparing(WaitingTransfer::submittedAt)
                    .thenComparing(waiting -> waiting.id().value(), BY_ID);

    TransferId id() {
        return request.transferId();
    }

    TransferKind kind() {
        return request.kind();
    }
}
