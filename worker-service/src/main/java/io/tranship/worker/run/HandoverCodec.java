package io.tranship.worker.run;

import io.tranship.schemas.RunId;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// The pipe from launcher to runner: a warm-up, then one handover, then single bytes.
///
/// Both ends are of one build, so there is no history to read; a frame of another build is refused.
public final class HandoverCodec {

    /// After the handover: stop, in order, as the launcher ends.
    public static final int STOP = 'S';

    /// The same, as the transfer is cancelled or over. The pipe's end means that the launcher is
    /// gone.
    public static final int CANCEL = 'C';

    private static final int WARMUP = 0x54520101;
    private static final int HANDOVER = 0x54520102;
    private static final int BYTES_MAX = 8 * WorkOrder.BYTES_MAX;
    private static final int ENTRIES_MAX = 10_000;

    private HandoverCodec() {}

    public static void write(DataOutputStream out, Warmup warmup) throws IOException {
        out.writeInt(WARMUP);
        writeMap(out, warmup.kafka());
        writeText(out, warmup.topicPrefix());
        out.flush();
    }

    public static Warmup readWarmup(DataInputStream in) throws IOException {
        expect(in, WARMUP);
        return new Warmup(readMap(in), readText(in));
    }

    public static void write(DataOutputStream out, Handover handover) throws IOException {
        out.writeInt(HANDOVER);
        writeBytes(out, WorkOrderCodec.encode(handover.order()));
        writeUuid(out, handover.run().value());
        writeText(out, handover.launcher());
        writeText(out, handover.host());
        writeMap(out, handover.passwords());
        out.writeLong(handover.times().beat().toMillis());
        out.writeLong(handover.times().selfFence().toMillis());
        out.writeLong(handover.times().longestCall().toMillis());
        out.writeLong(handover.times().patience().toMillis());
        out.writeInt(handover.rowsPerChunk());
        out.writeLong(handover.heardAt().toEpochMilli());
        out.flush();
    }

    public static Handover readHandover(DataInputStream in) throws IOException {
        expect(in, HANDOVER);
        var order = order(readBytes(in));
        return new Handover(
                order,
                new RunId(new UUID(in.readLong(), in.readLong())),
                readText(in),
                readText(in),
                readMap(in),
                new RunnerTimes(readMillis(in), readMillis(in), readMillis(in), readMillis(in)),
                in.readInt(),
                Instant.ofEpochMilli(in.readLong()));
    }

    private static WorkOrder order(byte[] bytes) throws IOException {
        try {
            return WorkOrderCodec.decode(bytes);
        } catch (UndecodableException e) {
            throw new IOException("the handed order cannot be decoded", e);
        }
    }

    private static void expect(DataInputStream in, int word) throws IOException {
        var found = in.readInt();
        if (found != word) {
            throw new IOException(
                    "a frame begins with %08x, not %08x: launcher and runner are of different builds"
                            .formatted(found, word));
        }
    }

    private static Duration readMillis(DataInputStream in) throws IOException {
        return Duration.ofMillis(in.readLong());
    }

    private static void writeUuid(DataOutputStream out, UUID uuid) throws IOException {
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
    }

    private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (var entry : map.entrySet()) {
            writeText(out, entry.getKey());
            writeText(out, entry.getValue());
        }
    }

    private static Map<String, String> readMap(DataInputStream in) throws IOException {
        var size = bounded(in.readInt(), ENTRIES_MAX);
        var map = new HashMap<String, String>();
        for (var i = 0; i < size; i++) {
            map.put(readText(in), readText(in));
        }
        return map;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        var bytes = new byte[bounded(in.readInt(), BYTES_MAX)];
        in.readFully(bytes);
        return bytes;
    }

    private static int bounded(int found, int max) throws IOException {
        if (found < 0 || found > max) {
            throw new IOException("a length of %d is not between 0 and %d".formatted(found, max));
        }
        return found;
    }
}
