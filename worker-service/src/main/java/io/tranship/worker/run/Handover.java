package io.tranship.worker.run;

import io.tranship.schemas.RunId;
import io.tranship.schemas.WorkOrder;
import java.time.Instant;
import java.util.Map;

/// One transfer, as a launcher hands it to a runner.
///
/// @param passwords of the order's destination and of its sources, by their ids
/// @param rowsPerChunk of a backfill, about
/// @param heardAt when the launcher was last heard of for this run: the lease runs from there
public record Handover(
        WorkOrder order,
        RunId run,
        String launcher,
        String host,
        Map<String, String> passwords,
        RunnerTimes times,
        int rowsPerChunk,
        Instant heardAt) {

    public Handover {
        passwords = Map.copyOf(passwords);
    }

    @Override
    public String toString() {
        return "Handover[%s, epoch=%d, run=%s]".formatted(order.transferId(), order.epoch(), run);
    }
}
