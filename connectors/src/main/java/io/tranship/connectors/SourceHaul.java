package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Reads a slice on a thread of its own, so that reading and writing overlap.
final class SourceHaul implements Haul {

    private final Source source;
    private final SourceTable table;
    private final List<TableColumn> columns;
    private final Slice slice;
    private final RowFormat format;
    private final RowPipe pipe;
    private final AtomicLong read = new AtomicLong();
    private @Nullable Thread reader;

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
        this.pipe =
                new RowPipe(
                        table.model().name(),
                        settings.pipeBytes(),
                        settings.rowBytesMax(),
                        progress);
    }

    /// The source begins before the destination is ready to take.
    ///
    /// @param whenRead runs when the source has given its last row, on the thread that reads; not
    ///   when it has failed
    void begin(Runnable whenRead) {
        reader =
                Thread.ofPlatform()
                        .daemon()
                        .name("read " + table.model().name())
                        .start(() -> read(whenRead));
    }

    @Override
    public Hauled into(Intake intake) {
        if (reader == null) {
            begin(() -> {});
        }
        long written;
        try {
            written = intake.take(pipe);
        } catch (RuntimeException e) {
            abandon();
            throw e;
        }
        end();
        if (read.get() != written + intake.quarantined()) {
            throw new TransferFailure(
                    ErrorCode.RECEIPT_UNBALANCED,
                    "model %s: the source counted %d rows and the destination %d; nothing of them was kept"
                            .formatted(table.model().name(), read.get(), written));
        }
        return new Hauled(read.get(), written, intake.quarantined(), pipe.bytesSoFar());
    }

    /// Nobody takes its rows any more. Returns when nothing is read. Its connection is of no use
    /// then, as a cancel request may still be on its way.
    void abandon() {
        pipe.abandon();
        if (reader != null && reader.isAlive()) {
            source.cancel();
            end();
        }
    }

    private void read(Runnable whenRead) {
        try {
            read.set(source.read(table, columns, slice, format, pipe));
            pipe.end();
            whenRead.run();
        } catch (RowPipe.Abandoned _) {
            // The writer knows why.
        } catch (TransferFailure e) {
            pipe.fail(e);
        } catch (RuntimeException | Error e) {
            pipe.fail(Faults.of("model " + table.model().name(), e));
        }
    }

    /// A reader whose server does not answer a cancel request is cut off.
    private void end() {
        var thread = Objects.requireNonNull(reader, "it was begun");
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                source.cut();
                thread.join();
            }
        } catch (InterruptedException e) {
            source.cut();
            Thread.currentThread().interrupt();
        }
    }
}
