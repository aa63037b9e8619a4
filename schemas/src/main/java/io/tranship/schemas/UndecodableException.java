package io.tranship.schemas;

/// These bytes are no record of the published language. They belong into the dead-letter topic,
/// with this reason.
public final class UndecodableException extends Exception {

    private static final long serialVersionUID = 1;

    public UndecodableException(String reason) {
        super(reason);
    }

    public UndecodableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
