package io.tranship.connectors;

import io.tranship.connectors.Destination.Merge;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.TransferRequest;
import java.util.List;

/// Carries one model from its source to the destination, and gives account of it.
///
/// Every step commits on its own, and what the destination holds says where the next transfer goes
/// on. So a crash between any two lines costs at most the chunk that was on its way.
final class ModelTransfer {

    private final TransferRequest request;
    private final TransferSettings settings;
    private final Source source;
    private final Destination destination;
    private final Workload workload;
    private final StopSignal stop;
    private final ProgressReport progress;
    private final boolean careful;

    /// @param careful rows that the destination refuses are quarantined
    ModelTransfer(
            TransferRequest request,
            TransferSettings settings,
            Source source,
            Destination destination,
            Workload workload,
            StopSignal stop,
            ProgressReport progress,
            boolean careful) {
        this.request = request;
        this.settings = settings;
        this.source = source;
        this.destination = destination;
        this.workload = workload;
        this.stop = stop;
        this.progress = progress;
        this.careful = careful;
    }

    Receipt run(SourceTable table, ModelState state) {
        var standing = destination.table(state.model(), keyOf(table));
        var occupied =
                state.generation() == null
                        && standing.exists()
                        && destination.hasRows(standing.name());
        return switch (Course.of(request, state, table, standing, occupied)) {
            case Course.Load load -> load(load, table, state, standing);
            case Course.Increment(var cursor) -> increment(cursor, table, state, standing);
            case Course.OneWindow(var cursor) -> window(cursor, table, state, standing);
        };
    }

    private Receipt load(
            Course.Load course, SourceTable table, ModelState state, DestinationTable standing) {
        var loading = loading(course, table, state, standing);
        // After the load was recorded: what is added to be filled is filled, by a later transfer
        // if not by this one.
        if (course.intoTable()) {
            destination.addColumns(table, standing);
        }
        var carriage =
                Carriage.between(
                        source,
                        table,
                        destination,
                        destination.table(loading.table(), keyOf(table)));
        var account = new Account(null, loading.bound().basis(), !table.keyIndexed());
        var missing = destination.missing(loading, table);
        progress.chunks(loading.chunks() - missing.size(), loading.chunks());
        carry(
                new RangeLoad(
                        table, loading, carriage, careful, missing, settings, stop, progress,
                        account));
        return complete(course, table, loading, carriage, account);
    }

    /// Other lanes that have nothing else to do help; the first failure in any of them is the
    /// model's.
    private void carry(RangeLoad load) {
        workload.offer(load);
        try {
            load.carry(source, destination);
        } finally {
            workload.withdraw(load);
            load.close();
        }
        load.check();
    }

    /// The unfinished one, unless its table was dropped, or the source has changed so that it no
    /// longer fits.
    private ModelState.Loading loading(
            Course.Load course, SourceTable table, ModelState state, DestinationTable standing) {
        var unfinished = state.loading();
        return course.resume() && unfinished != null && isFit(unfinished, table)
                ? unfinished
                : begin(table, standing);
    }

    private boolean isFit(ModelState.Loading unfinished, SourceTable table) {
        try {
            var beside = destination.table(unfinished.table(), keyOf(table));
            var _ = Carriage.between(source, table, destination, beside);
            return true;
        } catch (TransferFailure e) {
            if (e.code() == ErrorCode.DESTINATION_TYPE_CHANGED) {
                return false;
            }
            throw e;
        }
    }

    /// The bound is taken before anything is read, so that what changes while the ranges are read,
    /// today or days later, lies behind it.
    private ModelState.Loading begin(SourceTable table, DestinationTable standing) {
        var bound = source.bound(table);
        return destination.begin(
                table, standing, bound, source.ranges(table, settings.rowsPerChunk()));
    }

    private Receipt complete(
            Course.Load course,
            SourceTable table,
            ModelState.Loading loading,
            Carriage carriage,
            Account account) {
        var gate = destination.gate(loading, table, course.intoTable());
        if (gate.rows() != gate.recorded()) {
            destination.forget(table);
            throw new TransferFailure(
                    ErrorCode.RECEIPT_UNBALANCED,
                    "model %s: its chunks recorded %d rows and its new table has %d; the next transfer loads it again"
                            .formatted(table.model().name(), gate.recorded(), gate.rows()));
        }
        if (shrinks(gate) && !request.acceptShrink()) {
            // Else the same generation would be refused again once the source is in order.
            destination.forget(table);
            throw new TransferFailure(
                    ErrorCode.DESTINATION_SHRINKS,
                    "model %s has %d rows at the destination and would have %d, less than %d %%; transfer with accept_shrink if that is right"
                            .formatted(
                                    table.model().name(),
                                    gate.before(),
                                    gate.rows(),
                                    settings.shrinkPercentMin()));
        }
        stop.check(table.model().name());
        var published = destination.publish(loading, table, carriage.columns(), course.intoTable());
        account.applied = published.applied();
        account.deleted = published.deleted();
        account.withoutLastModified = gate.withoutLastModified();
        account.cursorTo = published.cursor();
        account.generation = loading.generation();
        return account.receipt();
    }

    private boolean shrinks(Destination.Gate gate) {
        return gate.rows() * 100 < gate.before() * settings.shrinkPercentMin();
    }

    private Receipt increment(
            String cursor, SourceTable table, ModelState state, DestinationTable standing) {
        var carriage = carriageOfChanges(table, standing);
        var always = table.model().nullLastModified() == NullLastModified.ALWAYS;
        var without =
                always || table.lastModified().notNull()
                        ? 0
                        : source.rowsWithoutLastModified(table);
        var bound = source.bound(table);
        var slice = new Slice.Since(cursor, source.lookback(table), always);
        var merge =
                new Merge(
                        state,
                        table,
                        carriage.columns(),
                        carriage.format(),
                        false,
                        slice.marksDeleted(table),
                        unfitMax(table),
                        bound.literal(),
                        bound.instant());
        return merge(merge, haul(table, carriage, slice), bound, without);
    }

    private Receipt window(
            String cursor, SourceTable table, ModelState state, DestinationTable standing) {
        var carriage = carriageOfChanges(table, standing);
        var bound = source.bound(table);
        var window =
                source.window(table, request.windowStart(), request.windowEnd(), cursor, bound);
        var merge =
                new Merge(
                        state,
                        table,
                        carriage.columns(),
                        carriage.format(),
                        true,
                        window.slice().marksDeleted(table),
                        unfitMax(table),
                        window.moveTo(),
                        window.completeUpTo());
        return merge(merge, haul(table, carriage, window.slice()), bound, 0);
    }

    private long unfitMax(SourceTable table) {
        return careful ? table.model().quarantineRowsMax() : 0;
    }

    private Receipt merge(Merge merge, Haul haul, ReadBound bound, long without) {
        progress.chunks(0, 1);
        var merged = destination.merge(merge, haul);
        // A refresh that was not completed is older than the table now, and begins anew if asked.
        if (merge.state().loading() != null) {
            destination.forgetUnneeded(merge.table());
        }
        var account =
                new Account(merge.state().cursor(), bound.basis(), !merge.table().timeIndexed());
        account.add(merged.hauled());
        account.applied = merged.applied();
        account.deleted = merged.deleted() + deleted(merge, merged);
        account.withoutLastModified = merged.withoutLastModified() + without;
        account.cursorTo = merged.cursor();
        account.generation = merge.state().generation();
        progress.done(account);
        return account.receipt();
    }

    private long deleted(Merge merge, Destination.Merged merged) {
        var deletes = merge.table().model().deletes();
        var cursor = merged.cursor();
        return deletes == null || deletes.detectMinutes() == 0 || cursor == null
                ? 0
                : new DeleteDetection(source, destination)
                        .run(
                                merge.table(),
                                merge.columns(),
                                cursor,
                                deletes,
                                request.acceptShrink());
    }

    private Carriage carriageOfChanges(SourceTable table, DestinationTable standing) {
        var carriage = carriageTo(table, standing);
        return careful ? carriage.asText() : carriage;
    }

    /// New columns of the source are added to the table first.
    private Carriage carriageTo(SourceTable table, DestinationTable standing) {
        if (standing.missing(table).isEmpty()) {
            return Carriage.between(source, table, destination, standing);
        }
        destination.addColumns(table, standing);
        return Carriage.between(
                source, table, destination, destination.table(standing.name(), keyOf(table)));
    }

    private Haul haul(SourceTable table, Carriage carriage, Slice slice) {
        return new SourceHaul(
                source, table, carriage.from(), slice, carriage.format(), settings, progress);
    }

    private static List<String> keyOf(SourceTable table) {
        return table.key().stream().map(TableColumn::as).toList();
    }
}
