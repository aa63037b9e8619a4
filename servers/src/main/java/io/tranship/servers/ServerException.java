package io.tranship.servers;

/// A server did not come up or did not answer. The message names it, where it logs, and the way
/// out.
public final class ServerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
