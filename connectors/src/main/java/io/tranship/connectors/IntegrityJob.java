package io.tranship.connectors;

import io.tranship.connectors.Destination.Merge;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WatermarkBasis;
import java.util.ArrayList;

/// Compares one model's rows at both sides, over all carried columns; when asked to, repairs what
/// differs, and compares again.
final class IntegrityJob {

    private final TransferRequest request;
    private final TransferSettings settings;
    private final Source source;
    private final Destination destination;
    private final ProgressReport progress;

    IntegrityJob(
            TransferRequest request,
            TransferSettings settings,
            Source source,
            Destination destination,
            ProgressReport progress) {
        this.request = request;
        this.settings = settings;
        this.source = source;
        this.destination = destination;
        this.progress = progress;
    }

    /// @param receipt of what was repaired
    record Outcome(IntegrityReport report, Receipt receipt) {}

    Outcome run(SourceTable table, ModelState state) {
        var key = table.key().stream().map(TableColumn::as).toList();
        var standing = destination.table(state.model(), key);
        var cursor = state.cursor();
        if (cursor == null || !standing.exists()) {
            throw new TransferFailure(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "model %s has no complete table at the destination; transfer it first"
                            .formatted(state.model()));
        }
        var carriage = Carriage.between(source, table, destination, standing);
        var print = Fingerprint.of(table, carriage.columns());
        var comparison =
                new Comparison(
                        source,
                        destination,
                        table,
                        standing.name(),
                        print,
                        later(source, table, cursor));
        var found = comparison.run();
        var account = new Account(null, WatermarkBasis.LOOKBACK, true);
        if (request.repair() && !found.report().isIdentical()) {
            checkShrink(state.model(), found);
            repair(table, state, carriage, print, found, account);
            var now = comparison.run().report();
            return new Outcome(told(found.report(), now), account.receipt());
        }
        return new Outcome(found.report(), account.receipt());
    }

    /// What the next transfer reads again.
    static Slice.Since later(Source source, SourceTable table, String cursor) {
        return new Slice.Since(
                cursor,
                source.lookback(table),
                table.model().nullLastModified() == NullLastModified.ALWAYS);
    }

    /// As for a full refresh.
    private void checkShrink(String model, Differences found) {
        var before = found.report().destinationRows();
        var after = before - found.extra().size();
        if (after * 100 < before * settings.shrinkPercentMin() && !request.acceptShrink()) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_SHRINKS,
                    "model %s has %d rows at the destination, and %d of them are not at the source; repair with accept_shrink if they shall be deleted"
                            .formatted(model, before, found.extra().size()));
        }
    }

    /// Only rows that differ are read and written, and rows that are extra are deleted.
    private void repair(
            SourceTable table,
            ModelState state,
            Carriage carriage,
            Fingerprint print,
            Differences found,
            Account account) {
        var again = new ArrayList<>(found.missing());
        again.addAll(found.stale());
        if (!again.isEmpty()) {
            var merge =
                    new Merge(
                            state,
                            table,
                            carriage.columns(),
                            carriage.format(),
                            true,
                            false,
                            null,
                            null);
            var haul =
                    new SourceHaul(
                            source,
                            table,
                            carriage.from(),
                            new Slice.These(again),
                            carriage.format(),
                            settings,
                            progress);
            var merged = destination.merge(merge, haul);
            account.add(merged.hauled());
            account.applied = merged.applied();
        }
        if (!found.extra().isEmpty()) {
            account.deleted = destination.delete(table, print.key(), found.extra());
        }
        progress.done(account);
    }

    /// What was found before the repair, and what is there after it.
    private static IntegrityReport told(IntegrityReport found, IntegrityReport now) {
        return new IntegrityReport(
                now.sourceRows(),
                now.sourceDigest(),
                now.destinationRows(),
                now.destinationDigest(),
                now.laterRows(),
                found.partsUnequal(),
                found.partsExamined(),
                found.rowsMissing(),
                found.rowsStale(),
                found.rowsExtra());
    }
}
