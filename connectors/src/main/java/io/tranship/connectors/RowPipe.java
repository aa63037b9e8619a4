package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Carries rows from the thread that reads to the thread that writes, and never holds more than its
/// bound: the slower end sets the pace.
///
/// Rows are packed into blocks, so that the two threads meet once per block and not once per row.
public final class RowPipe {

    private static final int BLOCK = 1 << 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>();
    private final String model;
    private final ProgressReport progress;
    private final int bytesMax;
    private final int rowBytesMax;

    private byte[] filling = new byte[BLOCK];
    private int filled;
    private long waiting;
    private boolean ended;
    private boolean abandoned;
    private @Nullable TransferFailure failure;

    private long rowsRead;
    private long bytesRead;
    private @Nullable Pace pace;

    /// What others see, once a block.
    private volatile long rows;

    private volatile long bytes;

    RowPipe(String model, int bytesMax, int rowBytesMax, ProgressReport progress) {
        this.model = model;
        this.progress = progress;
        this.bytesMax = bytesMax;
        this.rowBytesMax = rowBytesMax;
    }

    /// The other end takes no more; what reads may stop.
    public static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// One row, as the source writes it. Waits while the pipe is full.
    ///
    /// @throws Abandoned when the writer has given up
    public void put(byte[] row) {
        if (row.length > rowBytesMax) {
            throw new TransferFailure(
                    ErrorCode.SOURCE_ROW_TOO_LARGE,
                    "model %s has a row of %d bytes; at most %d are carried"
                            .formatted(model, row.length, rowBytesMax));
        }
        if (filled + row.length > BLOCK) {
            flush();
        }
        if (row.length > BLOCK) {
            offer(ByteBuffer.wrap(row));
        } else {
            System.arraycopy(row, 0, filling, filled, row.length);
            filled += row.length;
        }
        rowsRead++;
        bytesRead += row.length;
        if (pace != null && pace.isDue(rowsRead)) {
            keepTo(pace);
        }
    }

    /// Rows that are put in from now on pass no faster than that.
    public void limit(double rowsPerSecond) {
        pace = new Pace(rowsPerSecond, rowsRead, System.nanoTime());
    }

    /// What has come goes on to the other end first, which so gets rows all the time.
    private void keepTo(Pace kept) {
        flush();
        var until = kept.next(rowsRead);
        lock.lock();
        try {
            var left = until - System.nanoTime();
            while (left > 0 && !abandoned) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    /// All rows are in.
    void end() {
        flush();
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// No more rows come, as the source failed.
    void fail(TransferFailure reason) {
        lock.lock();
        try {
            failure = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// No more rows are taken.
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            full.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next block, whole rows from position to limit of its array; null after the last one.
    ///
    /// @throws TransferFailure of the source
    public @Nullable ByteBuffer take() {
        progress.on(this);
        lock.lock();
        try {
            awaitWhile(() -> full.isEmpty() && !ended && failure == null);
            if (failure != null) {
                throw failure;
            }
            var block = full.poll();
            if (block != null) {
                waiting -= block.remaining();
                changed.signalAll();
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    /// So far, for progress. What counts are the tags of both servers.
    public long rowsSoFar() {
        return rows;
    }

    public long bytesSoFar() {
        return bytes;
    }

    private void flush() {
        rows = rowsRead;
        bytes = bytesRead;
        if (filled > 0) {
            offer(ByteBuffer.wrap(filling, 0, filled));
            filling = new byte[BLOCK];
            filled = 0;
        }
    }

    private void offer(ByteBuffer block) {
        lock.lock();
        try {
            awaitWhile(() -> !abandoned && waiting > 0 && waiting + block.remaining() > bytesMax);
            if (abandoned) {
                throw new Abandoned();
            }
            full.add(block);
            waiting += block.remaining();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(BooleanSupplier condition) {
        try {
            while (condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private TransferFailure interrupted() {
        Thread.currentThread().interrupt();
        return new TransferFailure(
                ErrorCode.RUNNER_STOPPED,
                "model %s was interrupted while rows were on their way; nothing of them was kept"
                        .formatted(model));
    }
}
