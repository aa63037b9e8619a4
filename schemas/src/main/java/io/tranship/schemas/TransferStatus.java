package io.tranship.schemas;

/// Where a transfer stands.
public enum TransferStatus {
    PENDING,
    RUNNING,
    SUCCESS,
    PARTIAL_FAILURE,
    ERROR,
    CANCELLED,
    KILLED,
    EXPIRED,
    ORPHANED;

    public boolean isFinal() {
        return this != PENDING && this != RUNNING;
    }

    /// The status that a log gives. Pure: every reader of one log reaches the same one.
    public static TransferStatus of(Iterable<TransferFact> log) {
        var state = TransferState.EMPTY;
        for (var fact : log) {
            state = state.after(fact);
        }
        return state.status();
    }
}
