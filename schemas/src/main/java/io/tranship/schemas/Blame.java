package io.tranship.schemas;

/// Who has to act on an error.
public enum Blame {
    SOURCE,
    DESTINATION,
    CONFIGURATION,
    PLATFORM,
    USER
}
