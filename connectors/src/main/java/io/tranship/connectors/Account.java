package io.tranship.connectors;

import io.tranship.schemas.Receipt;
import io.tranship.schemas.WatermarkBasis;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Adds up one model's receipt while its transfer goes on.
final class Account {

    private final @Nullable String cursorFrom;
    private final WatermarkBasis basis;
    private final boolean fullScan;
    private long read;
    private long written;
    private long quarantined;
    private long bytes;
    private int chunks;
    long applied;
    long deleted;
    long withoutLastModified;
    @Nullable String cursorTo;
    @Nullable UUID generation;

    Account(@Nullable String cursorFrom, WatermarkBasis basis, boolean fullScan) {
        this.cursorFrom = cursorFrom;
        this.basis = basis;
        this.fullScan = fullScan;
    }

    void add(Haul.Hauled hauled) {
        read += hauled.rowsRead();
        written += hauled.rowsWritten();
        quarantined += hauled.rowsQuarantined();
        bytes += hauled.bytes();
        chunks++;
    }

    long rows() {
        return read;
    }

    long quarantined() {
        return quarantined;
    }

    long bytes() {
        return bytes;
    }

    Receipt receipt() {
        return new Receipt(
                cursorFrom,
                cursorTo,
                basis,
                generation == null ? null : generation.toString(),
                read,
                written,
                applied,
                deleted,
                quarantined,
                withoutLastModified,
                bytes,
                chunks,
                fullScan);
    }
}
