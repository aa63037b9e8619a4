package io.tranship.schemas;

import io.tranship.schemas.SingleObjectCodec.Wire;
import io.tranship.schemas.avro.Heartbeat;
import io.tranship.schemas.avro.LauncherRoom;
import io.tranship.schemas.avro.Progress;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// The records of the `telemetry` topic.
public final class TelemetryCodec {

    private static final SingleObjectCodec<Telemetry> WIRE =
            new SingleObjectCodec<>(
                    "telemetry record",
                    List.of(
                            new Wire<>(Heartbeat.class, TelemetryCodec::java),
                            new Wire<>(Progress.class, TelemetryCodec::java),
                            new Wire<>(LauncherRoom.class, TelemetryCodec::java)));

    private TelemetryCodec() {}

    public static byte[] encode(Telemetry telemetry) {
        return WIRE.encode(avro(telemetry));
    }

    public static Telemetry decode(byte @Nullable [] bytes) throws UndecodableException {
        return WIRE.decode(bytes);
    }

    private static SpecificRecordBase avro(Telemetry telemetry) {
        return switch (telemetry) {
            case Telemetry.Heartbeat h ->
                    new Heartbeat(
                            h.transferId().toString(),
                            h.epoch(),
                            h.run().toString(),
                            h.launcher(),
                            h.host(),
                            h.pid());
            case Telemetry.Progress p ->
                    new Progress(
                            p.transferId().toString(),
                            p.epoch(),
                            p.run().toString(),
                            p.model(),
                            p.rows(),
                            p.bytes(),
                            p.chunksDone(),
                            p.chunksTotal());
            case Telemetry.LauncherRoom r ->
                    new LauncherRoom(r.launcher(), r.host(), r.capacity(), r.running());
        };
    }

    private static Telemetry java(Heartbeat h) {
        return new Telemetry.Heartbeat(
                TransferId.parse(h.getTransferId()),
                h.getEpoch(),
                RunId.parse(h.getRun()),
                h.getLauncher(),
                h.getHost(),
                h.getPid());
    }

    private static Telemetry java(Progress p) {
        return new Telemetry.Progress(
                TransferId.parse(p.getTransferId()),
                p.getEpoch(),
                RunId.parse(p.getRun()),
                p.getModel(),
                p.getRows(),
                p.getBytes(),
                p.getChunksDone(),
                p.getChunksTotal());
    }

    private static Telemetry java(LauncherRoom r) {
        return new Telemetry.LauncherRoom(
                r.getLauncher(), r.getHost(), r.getCapacity(), r.getRunning());
    }
}
