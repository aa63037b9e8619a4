package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.TransferError;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where rows go: one connection, in the name of one claimant. Every write stands behind the fence.
/// All trouble is a [TransferFailure]; what a method wrote is committed when it returns, or nothing
/// is.
public interface Destination extends AutoCloseable {

    /// Takes rows with a column of this type in [RowFormat#BINARY].
    boolean takesBinary(ColumnType type);

    /// Claims all `models` at once, in the order of their names, so that an older run can write no
    /// more. Makes the control tables where they are missing.
    ///
    /// @return for each model its state, or why it is not ours
    /// @throws TransferFailure with FENCE_LOST when a newer run holds one of them
    Map<String, Claim> claim(List<CatalogRecord.Model> models, boolean adopt);

    /// As [#claim], but only what was transferred before; makes nothing, and what was not is
    /// [Claim.Absent].
    Map<String, Claim> claimExisting(List<CatalogRecord.Model> models);

    /// The table `name` as it stands, in the view of a model with `key` (names at the destination).
    DestinationTable table(String name, List<String> key);

    boolean hasRows(String table);

    /// Adds columns that the table lacks.
    void addColumns(SourceTable table, DestinationTable to);

    /// Records a new generation with its ranges, and makes its table. What an unfinished one left
    /// is dropped.
    ///
    /// @param standing its columns are taken over; when there is none, those of the source are
    ModelState.Loading begin(
            SourceTable table, DestinationTable standing, ReadBound bound, List<KeyRange> ranges);

    /// Ranges of a generation that are not loaded yet.
    List<KeyRange> missing(ModelState.Loading loading, SourceTable table);

    /// Loads one range with its record.
    Haul.Hauled load(
            ModelState.Loading loading,
            SourceTable table,
            List<Carried> columns,
            KeyRange range,
            RowFormat format,
            Haul haul);

    /// What a loaded generation and its table hold.
    Gate gate(ModelState.Loading loading, SourceTable table, boolean intoTable);

    /// Drops the unfinished generation, as it cannot be completed; the next transfer begins a new
    /// one.
    void forget(SourceTable table);

    /// As [#forget], of a generation that nobody goes on with. Tries only: the next transfer of the
    /// model tries again.
    void forgetUnneeded(SourceTable table);

    /// Puts a generation in place: by its name where there is no table, else by applying the
    /// difference to the table, which keeps its identity.
    Published publish(
            ModelState.Loading loading,
            SourceTable table,
            List<Carried> columns,
            boolean intoTable);

    /// Stages what `haul` brings, merges it and moves the cursor, in one transaction.
    Merged merge(Merge merge, Haul haul);

    /// Puts rows and cursor of `model` back as they were before its last full refresh, in one
    /// transaction.
    ///
    /// @throws TransferFailure with DESTINATION_NOTHING_TO_RESTORE when nothing is kept
    Restored restore(String model);

    /// Counts and digests of all rows of `table`.
    PartDigests digests(String table, Fingerprint print);

    /// Only of the rows that have one of these keys.
    ///
    /// @param keys texts as the source writes them
    PartDigests digests(String table, Fingerprint print, List<List<String>> keys);

    /// Each row of some parts.
    List<RowPrint> prints(String table, Fingerprint print, Set<Integer> parts);

    /// Each row that has one of these keys, texts as the source writes them.
    List<RowPrint> prints(String table, Fingerprint print, List<List<String>> keys);

    /// Deletes the rows that have one of these keys, in one transaction.
    ///
    /// @param keys as [#prints] gave them
    /// @return rows deleted
    long delete(SourceTable table, List<Carried> key, List<List<String>> keys);

    /// Nobody has looked for deleted rows of `model` for so long.
    boolean isDeleteDetectionDue(String model, int minutes);

    /// Deleted rows of `model` have been looked for now.
    void deletesDetected(String model);

    /// Removes all that there is of `model` and that this destination brought, in one transaction:
    /// its table too, if a transfer completed it. The control tables go with the last model.
    ///
    /// @throws TransferFailure with DESTINATION_TABLE_NEEDED when something else needs the table
    Purged purge(String model);

    /// The control tables go if no model is left in them. Without a claim.
    void tidy();

    /// From another thread: ends what runs at the server, soon.
    void cancel();

    /// From another thread: cuts the connection.
    void cut();

    @Override
    void close();

    /// What a claim found.
    sealed interface Claim {
        record Held(ModelState state) implements Claim {}

        record Refused(TransferError error) implements Claim {}

        /// It was never transferred to this destination.
        record Absent() implements Claim {}
    }

    /// @param rows of the generation's table
    /// @param recorded rows of all its chunks together
    /// @param withoutLastModified of `rows`
    /// @param before rows of the model's table now
    record Gate(long rows, long recorded, long withoutLastModified, long before) {}

    /// @param applied rows inserted or changed
    record Published(long applied, long deleted, String cursor) {}

    /// @param applied rows inserted or changed
    /// @param generation that stands again, and its cursor; null where there was none
    record Restored(
            long applied, long deleted, @Nullable UUID generation, @Nullable String cursor) {}

    /// @param rows that the table had, as far as transfers know
    record Purged(long rows) {}

    /// What to merge, and how the cursor moves.
    ///
    /// @param overwrite also rows that are newer at the destination
    /// @param marksDeleted each row comes with a last column that says that it was deleted
    /// @param moveTo the cursor rises to the greatest value staged, never over this; null: it stays
    /// @param completeUpTo an instant; null with `moveTo`
    record Merge(
            ModelState state,
            SourceTable table,
            List<Carried> columns,
            RowFormat format,
            boolean overwrite,
            boolean marksDeleted,
            @Nullable String moveTo,
            @Nullable String completeUpTo) {}

    /// @param hauled read and staged
    /// @param applied rows inserted or changed
    /// @param deleted as they came marked as deleted
    /// @param cursor after it
    record Merged(
            Haul.Hauled hauled,
            long applied,
            long deleted,
            long withoutLastModified,
            @Nullable String cursor) {}
}
