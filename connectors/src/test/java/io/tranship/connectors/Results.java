package io.tranship.connectors;

import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.TransferError;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps what a run tells.
final class Results implements TransferListener {

    private final List<ModelResult> finished = new CopyOnWriteArrayList<>();
    private volatile long progressRows;
    private volatile int progressCalls;

    @Override
    public synchronized void progress(
            String model, long rows, long bytes, int chunksDone, int chunksTotal) {
        progressRows = rows;
        progressCalls = progressCalls + 1;
    }

    @Override
    public void finished(ModelResult result) {
        finished.add(result);
    }

    List<ModelResult> all() {
        return finished;
    }

    ModelResult of(String model) {
        return finished.stream()
                .filter(result -> result.model().equals(model))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no result of " + model));
    }

    ModelResult only() {
        if (finished.size() != 1) {
            throw new AssertionError("not one result: " + finished);
        }
        return finished.getFirst();
    }

    Receipt receipt() {
        var result = only();
        if (result.receipt() == null) {
            throw new AssertionError("no receipt: " + result.error());
        }
        return result.receipt();
    }

    TransferError error() {
        return Objects.requireNonNull(only().error(), () -> "no error: " + only());
    }

    long progressRows() {
        return progressRows;
    }

    int progressCalls() {
        return progressCalls;
    }
}
