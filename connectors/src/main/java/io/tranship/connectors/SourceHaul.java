package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Reads a slice on a thread of its own, so that reading and writing overlap.
final class SourceHaul implements Haul {

    private final Source source;
    private final SourceTable table;
    private final List<TableColumn> columns;
    private final Slice slice;
    private final RowFormat format;
    private final TransferSettings settings;
    private final ProgressReport progress;

    SourceHaul(
            Source source,
            SourceTable table,
            List<TableColumn> columns,
            Slice slice,
            RowFormat format,
            TransferSettings settings,
            ProgressReport progress) {
        this.source = source;
        this.table = table;
        this.columns = columns;
        this.slice = slice;
        this.format = format;
        this.settings = settings;
        this.progress = progress;
    }

    @Override
    public Hauled into(Intake intake) {
        var model = table.model().name();
        var pipe = new RowPipe(model, settings.pipeBytes(), settings.rowBytesMax(), progress);
        var read = new AtomicLong();
        var reader =
                Thread.ofPlatform()
                        .daemon()
                        .name("read " + model)
                        .start(() -> read(model, pipe, read));
        long written;
        try {
            written = intake.take(pipe);
        } catch (RuntimeException e) {
            pipe.abandon();
            source.cancel();
            end(reader);
            throw e;
        }
        end(reader);
        if (read.get() != written) {
            throw new TransferFailure(
                    ErrorCode.RECEIPT_UNBALANCED,
                    "model %s: the source counted %d rows and the destination %d; nothing of them was kept"
                            .formatted(model, read.get(), written));
        }
        return new Hauled(read.get(), written, pipe.bytesSoFar());
    }

    private void read(String model, RowPipe pipe, AtomicLong read) {
        try {
            read.set(source.read(table, columns, slice, format, pipe));
            pipe.end();
        } catch (RowPipe.Abandoned _) {
            // The writer knows why.
        } catch (TransferFailure e) {
            pipe.fail(e);
        } catch (RuntimeException | Error e) {
            pipe.fail(Faults.of("model " + model, e));
        }
    }

    /// A reader whose server does not answer a cancel request is cut off.
    private void end(Thread reader) {
        try {
            if (!reader.join(Duration.ofSeconds(5))) {
                source.cut();
                reader.join();
            }
        } catch (InterruptedException e) {
            source.cut();
            Thread.currentThread().interrupt();
        }
    }
}
