package io.tranship.connectors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One row as it is compared: never its values, but for the key and the last-modified column.
///
/// @param identity of its key, the same at both sides
/// @param key one text per column, as the side that gave it reads them
/// @param hash of its values
/// @param version its last-modified value, the same at both sides
/// @param later changed since the last transfer, so that the next one reads it again
public record RowPrint(
        String identity, List<String> key, String hash, @Nullable String version, boolean later) {

    public RowPrint {
        key = List.copyOf(key);
    }

    /// Whether `other`, of the destination, is not what it should be. A row that the next transfer
    /// reads again may be an older one there, but not another one of the same time.
    boolean differsFrom(RowPrint other) {
        var ofSameTime = version != null && version.equals(other.version);
        return !hash.equals(other.hash) && (!later || ofSameTime);
    }
}
