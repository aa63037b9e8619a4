package io.tranship.schemas;

import java.util.UUID;

/// Names one runner's life. The launcher draws it before it starts anything.
public record RunId(UUID value) {

    public static RunId parse(String text) {
        return new RunId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
