package io.tranship.connectors;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which rows of a tenant are read. Literals are the source's own, of the last-modified column's
/// type.
public sealed interface Slice {

    /// Whether each row comes with a last column that says that it was deleted, for models that
    /// mark deleted rows; in other slices such rows do not come at all.
    default boolean marksDeleted(SourceTable table) {
        return table.model().marksDeleted() && (this instanceof Since || this instanceof Between);
    }

    record Keys(KeyRange range) implements Slice {}

    /// What changed from `cursor` minus `lookback` on, with no upper end.
    ///
    /// @param withoutToo also rows that have no last-modified value
    record Since(String cursor, Duration lookback, boolean withoutToo) implements Slice {}

    /// What changed in a window.
    ///
    /// @param from inclusive; null: no lower end
    /// @param to exclusive; null: no upper end
    record Between(@Nullable String from, @Nullable String to) implements Slice {}

    /// The rows with these keys, as far as they are there.
    ///
    /// @param keys one text per key column
    record These(List<List<String>> keys) implements Slice {}
}
