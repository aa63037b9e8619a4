package io.tranship.schemas;

/// What a transfer is asked to do.
public enum TransferKind {
    /// Carries rows to the destination.
    TRANSFER,
    /// Compares source and destination; never runs beside a transfer at one destination.
    INTEGRITY,
    /// Puts back what the last full refresh displaced.
    RESTORE,
    /// Removes what was delivered, for good. Never asked for by a schedule.
    PURGE
}
