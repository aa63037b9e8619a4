package io.tranship.connectors;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which rows of a tenant are read. Literals are the source's own, of the last-modified column's
/// type.
public sealed interface Slice {

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
}
