package io.tranship.schemas;

import java.util.UUID;

/// Names one transfer for life. Whoever asks for a transfer draws it, so it is the idempotency key
/// of the request too.
public record TransferId(UUID value) {

    public static TransferId parse(String text) {
        try {
            return new TransferId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("transfer id '%s' is not a UUID".formatted(text), e);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
