package io.tranship.connectors;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the destination itself knows of a model. The runner starts from it and from nothing else.
///
/// @param generation of the table that stands; null: none was ever completed
/// @param revision of the model under which it was loaded
/// @param cursor in the source's words
/// @param loading a generation that is not complete; null: none
public record ModelState(
        String model,
        @Nullable UUID generation,
        long revision,
        @Nullable String cursor,
        @Nullable Loading loading) {

    /// A generation on its way.
    ///
    /// @param table where its rows are until it is complete
    /// @param bound taken before its first range was read; the cursor once it is complete
    /// @param keyOrder see [SourceTable#keyOrder()]
    /// @param chunks all its ranges
    public record Loading(
            UUID generation,
            long revision,
            String table,
            ReadBound bound,
            String keyOrder,
            int chunks) {}
}
