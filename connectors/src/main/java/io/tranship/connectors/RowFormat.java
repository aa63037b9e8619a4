package io.tranship.connectors;

/// How rows are written between source and destination.
public enum RowFormat {
    /// COPY's own form, passed through undecoded.
    BINARY,
    /// Each value in its type's text form; the destination's type reads it.
    TEXT
}
