package io.tranship.status;

import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.LauncherRoom;
import io.tranship.schemas.Telemetry.Progress;
import io.tranship.schemas.TransferId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// The telemetry of one batch, down to the last word of each run.
final class Heard {

    /// The sweep's own beats carry this: they are of no transfer.
    static final TransferId NOBODY = new TransferId(new UUID(0, 0));

    record Of(TransferId transfer, RunId run) {}

    private final Map<Of, Beat> beats = new LinkedHashMap<>();

    /// Progress is a sign of life too.
    void add(Telemetry said, Instant appendedAt) {
        switch (said) {
            case Heartbeat h when h.transferId().equals(NOBODY) -> {}
            case Heartbeat h ->
                    merge(
                            new Of(h.transferId(), h.run()),
                            new Beat(appendedAt, Math.max(0, h.pid()), Map.of(), null));
            case Progress p ->
                    merge(
                            new Of(p.transferId(), p.run()),
                            new Beat(
                                    appendedAt,
                                    0,
                                    Map.of(
                                            p.model(),
                                            new Beat.ModelProgress(
                                                    p.rows(),
                                                    p.bytes(),
                                                    p.chunksDone(),
                                                    p.chunksTotal())),
                                    appendedAt));
            case LauncherRoom _ -> {}
        }
    }

    private void merge(Of of, Beat later) {
        beats.merge(of, later, Heard::merged);
    }

    private static Beat merged(Beat earlier, Beat later) {
        var progress = new TreeMap<>(earlier.progress());
        progress.putAll(later.progress());
        return new Beat(
                later.beatAt().isAfter(earlier.beatAt()) ? later.beatAt() : earlier.beatAt(),
                later.pid() > 0 ? later.pid() : earlier.pid(),
                progress,
                later.progressAt() != null ? later.progressAt() : earlier.progressAt());
    }

    Map<Of, Beat> beats() {
        return Collections.unmodifiableMap(beats);
    }
}
