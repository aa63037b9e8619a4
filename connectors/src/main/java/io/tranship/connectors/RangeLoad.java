package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord.Model;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ranges of one generation on their way. Every lane that takes part takes one range after
/// another; after the first failure none is taken any more.
///
/// A range that is being loaded when another fails is carried to its end: it commits on its own,
/// and the next transfer need not read it again.
final class RangeLoad {

    private final SourceTable table;
    private final ModelState.Loading loading;
    private final Carriage carriage;
    private final boolean careful;
    private final TransferSettings settings;
    private final StopSignal stop;
    private final ProgressReport progress;
    private final Account account;
    private final Deque<KeyRange> left;
    private final int wanted;
    private int arrived;
    private int helpers;
    private @Nullable TransferFailure failure;

    RangeLoad(
            SourceTable table,
            ModelState.Loading loading,
            Carriage carriage,
            boolean careful,
            List<KeyRange> missing,
            TransferSettings settings,
            StopSignal stop,
            ProgressReport progress,
            Account account) {
        this.table = table;
        this.loading = loading;
        this.carriage = careful ? carriage.asText() : carriage;
        this.careful = careful;
        this.left = new ArrayDeque<>(missing);
        this.wanted = missing.size();
        // The pipe of a range that is read ahead is beside that of the one that is loaded.
        this.settings = settings.dividedBy(2);
        this.stop = stop;
        this.progress = progress;
        this.account = account;
    }

    Model model() {
        return table.model();
    }

    /// Loads ranges until none is left, over the connections of the calling lane.
    void carry(Source source, Destination destination) {
        try (var reader = new RangeReader(this::next, range -> haul(source, range))) {
            for (var next = reader.next(); next != null; next = reader.next()) {
                stop.check(model().name());
                arrived(load(destination, next.range(), next.haul()));
            }
        }
    }

    private Haul.Hauled load(Destination destination, KeyRange range, Haul haul) {
        return careful
                ? destination.loadCarefully(
                        loading, table, carriage.columns(), range, unfitMax(), haul)
                : destination.load(
                        loading, table, carriage.columns(), range, carriage.format(), haul);
    }

    private synchronized long unfitMax() {
        return Math.max(0, model().quarantineRowsMax() - account.quarantined());
    }

    private SourceHaul haul(Source source, KeyRange range) {
        return new SourceHaul(
                source,
                table,
                carriage.from(),
                new Slice.Keys(range),
                carriage.format(),
                settings,
                progress);
    }

    private synchronized @Nullable KeyRange next() {
        return failure == null ? left.poll() : null;
    }

    private synchronized void arrived(Haul.Hauled hauled) {
        account.add(hauled);
        arrived++;
        progress.done(account);
    }

    synchronized boolean isWaiting() {
        return failure == null && !left.isEmpty();
    }

    /// Another lane takes part, until [#left].
    synchronized void joined() {
        helpers++;
    }

    /// @param reason null: no range is left
    synchronized void left(@Nullable TransferFailure reason) {
        helpers--;
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    /// The lane that leads the model has failed or seen the last range; returns when no other lane
    /// is in it any more. What a lane waits for is bounded by the timeouts of its statements.
    synchronized void close() {
        left.clear();
        var interrupted = false;
        while (helpers > 0) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// @throws TransferFailure the first one of another lane
    synchronized void check() {
        if (failure != null) {
            throw failure;
        }
        if (arrived != wanted) {
            throw new IllegalStateException(
                    "%d of %d ranges were loaded".formatted(arrived, wanted));
        }
    }
}
