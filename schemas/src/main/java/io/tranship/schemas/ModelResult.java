package io.tranship.schemas;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How one model ended in one run.
///
/// @param model its name
/// @param revision the revision of the model that was run
public record ModelResult(
        String model,
        long revision,
        Outcome outcome,
        @Nullable Receipt receipt,
        @Nullable IntegrityReport integrity,
        @Nullable TransferError error,
        Instant startedAt,
        Instant endedAt) {

    public enum Outcome {
        SUCCESS,
        /// Nothing new; nothing at the destination changed.
        SKIPPED,
        FAILED
    }

    public ModelResult {
        if ((outcome == Outcome.FAILED) == (error == null)) {
            throw new IllegalArgumentException(
                    "model %s: FAILED and an error go together".formatted(model));
        }
    }

    /// As [#isProven(TransferKind)], for the kind that the result itself shows.
    public boolean isProven() {
        return isProven(integrity == null ? TransferKind.TRANSFER : TransferKind.INTEGRITY);
    }

    /// The model arrived, and its receipt proves it: success without a balanced receipt is none.
    /// What an integrity job found needs no receipt, but both sides must be identical.
    public boolean isProven(TransferKind kind) {
        return switch (outcome) {
            case SUCCESS, SKIPPED ->
                    switch (kind) {
                        case TRANSFER, RESTORE, PURGE -> receipt != null && receipt.isBalanced();
                        case INTEGRITY ->
                                integrity != null
                                        && integrity.isIdentical()
                                        && (receipt == null || receipt.isBalanced());
                    };
            case FAILED -> false;
        };
    }
}
