package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;
import org.jspecify.annotations.Nullable;

/// Ends a model with an error that may be told to anybody. Carries no cause, as a driver's
/// exception quotes values.
public final class TransferFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final @Nullable String refusal;
    private final transient TransferError error;

    public TransferFailure(ErrorCode code, String message) {
        this(code, message, null);
    }

    private TransferFailure(ErrorCode code, String message, @Nullable String refusal) {
        super(message);
        this.code = code;
        this.refusal = refusal;
        this.error = code.error(message);
    }

    /// The destination refused rows for what is in them; others it may take.
    ///
    /// @param refusal why, without a value
    public static TransferFailure ofRows(ErrorCode code, String message, String refusal) {
        return new TransferFailure(code, message, refusal);
    }

    /// Null when it was not for what is in rows.
    public @Nullable String refusal() {
        return refusal;
    }

    public ErrorCode code() {
        return code;
    }

    public TransferError error() {
        return error;
    }

    /// A newer transfer has taken the model over: what this run still has in mind is void.
    public static TransferFailure fenced(String model, long epoch) {
        return new TransferFailure(
                ErrorCode.FENCE_LOST,
                "model %s was claimed by another run while this one had epoch %d; nothing of this run was written after that"
                        .formatted(model, epoch));
    }
}
