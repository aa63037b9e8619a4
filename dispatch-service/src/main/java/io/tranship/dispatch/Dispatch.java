package io.tranship.dispatch;

import io.tranship.schemas.TransferFact;
import java.time.Instant;

/// A grant with its number and its encoded work order: ready to be written and sent.
record Dispatch(
        Decision.Grant grant,
        Epoch epoch,
        Instant startBy,
        @SuppressWarnings("ArrayRecordComponent") byte[] order) {

    Candidate candidate() {
        return grant.candidate();
    }

    TransferFact.Dispatched fact() {
        var resolved = candidate().resolved();
        return new TransferFact.Dispatched(
                candidate().waiting().id(),
                epoch.number(),
                resolved.target(),
                resolved.revisions(),
                startBy);
    }
}
