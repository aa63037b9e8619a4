package io.tranship.connectors;

/// Whether a [Finding] stands in the way of a transfer.
public enum Severity {
    ERROR,
    WARNING
}
