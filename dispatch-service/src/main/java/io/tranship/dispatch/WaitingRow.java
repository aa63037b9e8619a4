package io.tranship.dispatch;

import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.UndecodableException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A row of the queue as a statement answers it.
record WaitingRow(
        String request,
        Instant submittedAt,
        Instant expiresAt,
        @Nullable String parkedOn,
        @Nullable String toldOf,
        long turn,
        @Nullable Instant unknownUntil) {

    WaitingTransfer waiting() {
        try {
            return new WaitingTransfer(
                    RequestCodec.decode(HexFormat.of().parseHex(request), null),
                    submittedAt,
                    expiresAt,
                    parkedOn == null ? null : new Resource(parkedOn),
                    toldOf == null ? null : new Resource(toldOf),
                    turn,
                    unknownUntil);
        } catch (UndecodableException e) {
            throw new IllegalStateException("the queue holds a request that it cannot read", e);
        }
    }
}
