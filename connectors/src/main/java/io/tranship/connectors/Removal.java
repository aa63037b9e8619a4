package io.tranship.connectors;

import io.tranship.schemas.Receipt;
import io.tranship.schemas.WatermarkBasis;

/// Removes what was delivered of one model, for good. The source is not asked, and the next
/// transfer of the model loads everything.
record Removal(Destination destination) {

    Receipt run(ModelState state) {
        var purged = destination.purge(state.model());
        destination.tidy();
        return new Receipt(
                state.cursor(),
                null,
                WatermarkBasis.LOOKBACK,
                null,
                0,
                0,
                0,
                purged.rows(),
                0,
                0,
                0,
                0,
                false);
    }
}
