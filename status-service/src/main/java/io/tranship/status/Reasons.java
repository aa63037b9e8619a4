package io.tranship.status;

import io.tranship.schemas.Actor;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferStatus;
import org.jspecify.annotations.Nullable;

/// Why a transfer did not end well, and who has to act: as everywhere, and for what was cancelled
/// by whom.
final class Reasons {

    private Reasons() {}

    static @Nullable TransferError of(TransferRecord record) {
        var status = record.status();
        if (status != TransferStatus.CANCELLED && status != TransferStatus.KILLED) {
            return record.state().error();
        }
        return Actor.PLATFORM.equals(record.cancelledBy())
                ? ErrorCode.RUN_TOO_LONG.error(
                        "The run was ended because it took longer than any may; the next transfer goes on where it stopped")
                : ErrorCode.STOPPED_BY_USER.error(
                        "Somebody asked to cancel this transfer; ask for a new one to go on");
    }
}
