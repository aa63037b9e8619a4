package io.tranship.connectors;

import io.tranship.schemas.Receipt;
import io.tranship.schemas.WatermarkBasis;
import java.util.Objects;

/// Undoes the last full refresh of one model, at the destination alone: the source may be the very
/// thing that is broken.
record Restoration(Destination destination) {

    Receipt run(ModelState state) {
        var restored = destination.restore(state.model());
        return new Receipt(
                state.cursor(),
                restored.cursor(),
                WatermarkBasis.LOOKBACK,
                restored.generation() == null ? null : Objects.toString(restored.generation()),
                0,
                0,
                restored.applied(),
                restored.deleted(),
                0,
                0,
                0,
                0,
                false);
    }
}
