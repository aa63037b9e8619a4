package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds rows that are gone at the source, by digests of the keys, and deletes them at the
/// destination. A row that belongs to another tenant now is gone like any other.
final class DeleteDetection {

    private final Source source;
    private final Destination destination;

    DeleteDetection(Source source, Destination destination) {
        this.source = source;
        this.destination = destination;
    }

    /// Call after a merge that left `cursor`.
    ///
    /// @param acceptShrink consent to any share of the rows
    /// @return rows deleted
    long run(
            SourceTable table,
            List<Carried> columns,
            String cursor,
            Deletes deletes,
            boolean acceptShrink) {
        var model = table.model().name();
        if (!destination.isDeleteDetectionDue(model, deletes.detectMinutes())) {
            return 0;
        }
        var print = Fingerprint.ofKeys(table, columns);
        var found = compare(table, print, cursor);
        if (found == null) {
            return 0;
        }
        var extra = found.extra();
        var rows = found.report().destinationRows();
        // Not all of a flood is looked at row by row.
        var gone = Math.max(extra.size(), rows - found.report().sourceRows());
        if (!acceptShrink && gone * 100 > rows * deletes.breakerPercent()) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_DELETES_HELD,
                    "model %s: %d of %d rows at the destination are gone at the source, more than breaker_percent %d allows; none was deleted, all else arrived. Transfer with accept_shrink if that is right"
                            .formatted(model, gone, rows, deletes.breakerPercent()));
        }
        var deleted = extra.isEmpty() ? 0 : destination.delete(table, print.key(), extra);
        if (found.report().partsExamined() == found.report().partsUnequal()) {
            destination.deletesDetected(model);
        }
        return deleted;
    }

    /// @return null: too much changed since the merge to tell; the next transfer tries again
    private @Nullable Differences compare(SourceTable table, Fingerprint print, String cursor) {
        try {
            return new Comparison(
                            source,
                            destination,
                            table,
                            table.model().name(),
                            print,
                            IntegrityJob.later(source, table, cursor))
                    .run();
        } catch (TransferFailure e) {
            if (e.code() == ErrorCode.SOURCE_ROWS_AHEAD) {
                return null;
            }
            throw e;
        }
    }
}
