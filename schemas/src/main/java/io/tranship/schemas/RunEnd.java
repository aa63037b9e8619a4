package io.tranship.schemas;

/// How a run ended.
public enum RunEnd {
    /// The runner went through all its models.
    COMPLETED,
    /// It was told to stop, or gave up by itself in order.
    STOPPED,
    /// It ended without a word; its launcher saw that.
    DIED,
    /// It never came up, or nobody took the order in time.
    NOT_STARTED
}
