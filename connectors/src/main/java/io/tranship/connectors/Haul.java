package io.tranship.connectors;

/// Brings rows from the source while the destination takes them.
public interface Haul {

    /// Starts the source, gives its rows to `intake`, and returns when both have ended.
    ///
    /// @return rows as the source counts them, and bytes as they came
    Hauled into(Intake intake);

    record Hauled(long rowsRead, long rowsWritten, long rowsQuarantined, long bytes) {}

    /// The destination's end of a haul.
    interface Intake {

        /// Takes all that comes out of `pipe`.
        ///
        /// @return rows as the destination counts them
        long take(RowPipe pipe);

        /// Rows that came and were not taken, after [#take].
        default long quarantined() {
            return 0;
        }
    }
}
