package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.DestinationTable;
import io.tranship.connectors.Haul;
import io.tranship.connectors.KeyRange;
import io.tranship.connectors.ModelState.Loading;
import io.tranship.connectors.ReadBound;
import io.tranship.connectors.RowFormat;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.UuidV7;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Loads a model's generation range by range. [Publication] puts it in place when it is whole.
///
/// The generation's row, its ranges and its table are made in one transaction, and each range is
/// loaded in one with its record: so what the records say is what the table holds, whenever the
/// server or the runner stops.
final class GenerationLoad {

    private static final int NAME_DIGITS = 12;

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;
    private final StandingTables tables;

    GenerationLoad(
            PostgresSession session, ControlTables control, Fence fence, StandingTables tables) {
        this.session = session;
        this.control = control;
        this.fence = fence;
        this.tables = tables;
    }

    Loading begin(
            SourceTable table, DestinationTable standing, ReadBound bound, List<KeyRange> ranges) {
        var model = table.model().name();
        var generation = UuidV7.draw(InstantSource.system().instant(), new SecureRandom());
        var loading =
                new Loading(
                        generation,
                        table.model().revision(),
                        "_tranship_g_" + lastDigits(generation),
                        bound,
                        table.keyOrder(),
                        ranges.size());
        session.transaction(() -> {
            fence.hold(model);
            clear(model);
            tables.make(loading.table(), table, standing);
            record(model, loading, ranges);
            return loading;
        });
        return loading;
    }

    /// The random end of it.
    static String lastDigits(UUID generation) {
        var text = generation.toString().replace("-", "");
        return text.substring(text.length() - NAME_DIGITS);
    }

    /// In the caller's transaction: drops what an unfinished generation left; its table's name was
    /// recorded before it was made.
    void clear(String model) {
        var old =
                session.query(
                        "select loading_table from %s where model = ?".formatted(control.model()),
                        rows -> rows.next() ? rows.getString(1) : null,
                        model);
        if (old != null) {
            session.update("drop table if exists %s".formatted(control.table(old)));
        }
        session.update("delete from %s where model = ?".formatted(control.chunk()), model);
    }

    private void record(String model, Loading loading, List<KeyRange> ranges) {
        session.update(
                """
                update %s set loading = ?, loading_revision = ?, loading_table = ?, loading_bound = ?,
                    loading_complete_up_to = ?::timestamptz, loading_basis = ?, loading_key_order = ?,
                    loading_chunks = ?
                where model = ?
                """
                        .formatted(control.model()),
                loading.generation(),
                loading.revision(),
                loading.table(),
                loading.bound().literal(),
                loading.bound().instant(),
                loading.bound().basis().name(),
                loading.keyOrder(),
                loading.chunks(),
                model);
        var sql =
                "insert into %s (model, generation, n, low_key, high_key) values (?, ?, ?, ?, ?)"
                        .formatted(control.chunk());
        session.guarded(() -> {
            try (var statement = session.prepared(sql)) {
                for (var range : ranges) {
                    statement.setString(1, model);
                    statement.setObject(2, loading.generation());
                    statement.setInt(3, range.n());
                    statement.setArray(4, session.array(range.low()));
                    statement.setArray(5, session.array(range.high()));
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
    }

    List<KeyRange> missing(Loading loading, String model) {
        return session.query(
                """
                select n, low_key, high_key from %s
                where model = ? and generation = ? and loaded_at is null order by n
                """
                        .formatted(control.chunk()),
                rows -> {
                    var ranges = new ArrayList<KeyRange>();
                    while (rows.next()) {
                        ranges.add(
                                new KeyRange(
                                        rows.getInt(1),
                                        List.of((String[]) rows.getArray(2).getArray()),
                                        List.of((String[]) rows.getArray(3).getArray())));
                    }
                    return ranges;
                },
                model,
                loading.generation());
    }

    Haul.Hauled load(
            Loading loading,
            String model,
            List<Carried> columns,
            KeyRange range,
            RowFormat format,
            Haul haul) {
        return session.transaction(() -> {
            fence.share(model);
            var hauled =
                    haul.into(
                            new CopyIntake(
                                    session,
                                    model,
                                    control.table(loading.table()),
                                    columns.stream().map(Carried::to).toList(),
                                    format));
            recordLoaded(loading, model, range, hauled);
            return hauled;
        });
    }

    private void recordLoaded(Loading loading, String model, KeyRange range, Haul.Hauled hauled) {
        var touched =
                session.update(
                        """
                        update %s set rows = ?, bytes = ?, epoch = ?, run = ?, loaded_at = now()
                        where model = ? and generation = ? and n = ? and loaded_at is null
                        """
                                .formatted(control.chunk()),
                        hauled.rowsWritten(),
                        hauled.bytes(),
                        fence.claimant().epoch(),
                        fence.claimant().run().value(),
                        model,
                        loading.generation(),
                        range.n());
        if (touched != 1) {
            throw new TransferFailure(
                    ErrorCode.RECEIPT_UNBALANCED,
                    "model %s: chunk %d of generation %s has been loaded already; nothing was added to it"
                            .formatted(model, range.n(), loading.generation()));
        }
    }

    void forget(String model) {
        session.transaction(() -> {
            fence.hold(model);
            return drop(model);
        });
    }

    /// In the caller's transaction.
    int drop(String model) {
        clear(model);
        return session.update(
                "update %s set %s where model = ?"
                        .formatted(control.model(), ControlTables.NOTHING_LOADING),
                model);
    }
}
