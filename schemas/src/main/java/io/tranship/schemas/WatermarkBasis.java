package io.tranship.schemas;

/// On what the bound of a stored cursor rests.
public enum WatermarkBasis {
    /// No transaction that was open when the read began can commit a row behind the cursor.
    COMMIT_SAFE,
    /// Late rows are found if they arrive within the lookback.
    LOOKBACK
}
