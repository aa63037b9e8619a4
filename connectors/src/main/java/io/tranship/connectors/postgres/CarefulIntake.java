package io.tranship.connectors.postgres;

import io.tranship.connectors.Haul;
import io.tranship.connectors.RowPipe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Takes rows in small batches, in the caller's transaction. A batch that the server refuses is
/// halved until it is known which of its rows it cannot take; those are quarantined, the others
/// written. Rows come in text form, a line each.
final class CarefulIntake implements Haul.Intake {

    private static final int ROWS_MAX = 1_000;
    private static final int BYTES_MAX = 1 << 20;

    private final PostgresSession session;
    private final Quarantine quarantine;
    private final Consumer<List<byte[]>> batch;
    private final List<byte[]> rows = new ArrayList<>();
    private int bytes;
    private long written;

    /// @param batch writes some rows
    CarefulIntake(PostgresSession session, Quarantine quarantine, Consumer<List<byte[]>> batch) {
        this.session = session;
        this.quarantine = quarantine;
        this.batch = batch;
    }

    @Override
    public long take(RowPipe pipe) {
        for (var block = pipe.take(); block != null; block = pipe.take()) {
            split(block);
        }
        flush();
        return written;
    }

    @Override
    public long quarantined() {
        return quarantine.rows();
    }

    private void split(ByteBuffer block) {
        var array = block.array();
        var from = block.arrayOffset() + block.position();
        var end = from + block.remaining();
        for (var at = from; at < end; at++) {
            // Within a value it is written as two other characters.
            if (array[at] == '\n') {
                add(Arrays.copyOfRange(array, from, at + 1));
                from = at + 1;
            }
        }
    }

    private void add(byte[] row) {
        rows.add(row);
        bytes += row.length;
        if (rows.size() >= ROWS_MAX || bytes >= BYTES_MAX) {
            flush();
        }
    }

    private void flush() {
        if (!rows.isEmpty()) {
            write(rows);
        }
        rows.clear();
        bytes = 0;
    }

    private void write(List<byte[]> some) {
        var refused = session.attempt(() -> batch.accept(some));
        if (refused == null) {
            written += some.size();
        } else if (some.size() == 1) {
            quarantine.add(some.getFirst(), refused);
        } else {
            var half = some.size() / 2;
            write(some.subList(0, half));
            write(some.subList(half, some.size()));
        }
    }
}
