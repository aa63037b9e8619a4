package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where rows come from: one connection, for one tenant. All trouble is a [TransferFailure].
public interface Source extends AutoCloseable {

    /// Rows with a column of this type may leave in [RowFormat#BINARY].
    boolean givesBinary(ColumnType type);

    /// Does what it can of the next [#table]; what goes wrong is told there.
    void lookAhead(CatalogRecord.Model model);

    /// Looks at the live table and insists on what the model requires.
    SourceTable table(CatalogRecord.Model model);

    /// Up to where reads that begin after this returns are complete.
    ReadBound bound(SourceTable table);

    /// How far behind a cursor a read of this table has to begin.
    Duration lookback(SourceTable table);

    /// What a window means beside `cursor`. One that moves the cursor reads from the cursor less
    /// the lookback at the latest, so that no late row is skipped.
    Window window(
            SourceTable table,
            @Nullable Instant start,
            @Nullable Instant end,
            String cursor,
            ReadBound bound);

    /// Ranges of about `rows` rows each that together hold every key.
    List<KeyRange> ranges(SourceTable table, int rows);

    /// Writes the slice's rows into `pipe`.
    ///
    /// @param columns of the table, in the order in which they are written
    /// @return rows as the source counts them
    long read(
            SourceTable table,
            List<TableColumn> columns,
            Slice slice,
            RowFormat format,
            RowPipe pipe);

    /// The tenant's rows that have no last-modified value.
    long rowsWithoutLastModified(SourceTable table);

    /// Counts and digests of the tenant's rows as they are once they have been carried, in one
    /// statement.
    ///
    /// @param later rows that are told apart
    /// @throws TransferFailure with SOURCE_ROWS_AHEAD when there are too many of them to name each
    SourcePrints digests(SourceTable table, Fingerprint print, Slice.Since later);

    /// Each row of some parts; of the later ones also those that are marked as deleted.
    List<RowPrint> prints(
            SourceTable table, Fingerprint print, Slice.Since later, Set<Integer> parts);

    /// Each of the later rows, those that are marked as deleted too.
    List<RowPrint> laterPrints(SourceTable table, Fingerprint print, Slice.Since later);

    /// From another thread: ends what runs at the server, soon.
    void cancel();

    /// From another thread: cuts the connection.
    void cut();

    @Override
    void close();
}
