package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Drops what earlier transfers of this destination left beside the models' tables and nobody comes
/// back for: because the model is not transferred any more, or never loaded to its end.
///
/// Every claim does it, whatever models it claims, a bounded number at a time. What cannot be
/// dropped, as somebody reads it just now, keeps no transfer from going on; a later claim tries
/// again.
final class LeftOvers {

    /// A generation that nobody touched for so long.
    static final int UNFINISHED_HOURS = 24;

    /// Of each kind, in any order, so that what cannot be dropped does not stand before the rest.
    static final int DROPPED_PER_CLAIM_MAX = 16;

    private static final long UNFINISHED_MILLIS = UNFINISHED_HOURS * 3_600_000L;

    /// In place of the session's own: a transfer waits for it, and readers queue behind it.
    static final String LOCK_TIMEOUT = "500ms";

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;
    private final GenerationLoad loads;
    private final Displaced displaced;

    LeftOvers(
            PostgresSession session,
            ControlTables control,
            Fence fence,
            GenerationLoad loads,
            Displaced displaced) {
        this.session = session;
        this.control = control;
        this.fence = fence;
        this.loads = loads;
        this.displaced = displaced;
    }

    /// The epoch of a run that was dispatched so long before that of `epoch` that it has ended:
    /// epochs are milliseconds since 1970, or more.
    static long endedBefore(long epoch) {
        return epoch - UNFINISHED_MILLIS;
    }

    void dropUnfinished() {
        for (var model : owned(unfinished(), endedBefore(fence.claimant().epoch()))) {
            tryTo(() -> {
                if (isOwned(model, unfinished(), endedBefore(fence.claimant().epoch()))) {
                    loads.drop(model);
                }
            });
        }
    }

    void dropOldUndos() {
        for (var model : owned(oldUndo(), Displaced.KEPT_DAYS)) {
            tryTo(() -> {
                if (isOwned(model, oldUndo(), Displaced.KEPT_DAYS)) {
                    displaced.forget(model);
                }
            });
        }
    }

    /// The unfinished generation of a model that this run has claimed and that nobody goes on with.
    void dropUnneeded(String model) {
        tryTo(() -> {
            fence.hold(model);
            loads.drop(model);
        });
    }

    /// Of a model `c` and one parameter. Not touched by a claim, nor begun, nor gone on with: so no
    /// runner that may still be there loads it, also one that has not come to this model yet.
    private String unfinished() {
        return """
        c.loading is not null and c.epoch < ?
        and to_timestamp(('x' || lpad(left(replace(c.loading::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0)
            < now() - interval '%1$d hours'
        and not exists (select from %2$s k
                        where k.model = c.model and k.loaded_at > now() - interval '%1$d hours')
        """
                .formatted(UNFINISHED_HOURS, control.chunk());
    }

    /// Of a model `c` and one parameter: too old to be put back, so nobody wants it.
    private String oldUndo() {
        return """
        exists (select from %s u
                where u.model = c.model and u.kept_at < now() - make_interval(days => ?))
        """
                .formatted(control.undo());
    }

    private List<String> owned(String condition, Object value) {
        return session.query(
                """
                select c.model from %s c
                where c.installation = ? and c.destination = ? and %s
                order by random() limit %d
                """
                        .formatted(control.model(), condition, DROPPED_PER_CLAIM_MAX),
                rows -> {
                    var found = new ArrayList<String>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                },
                fence.claimant().installation(),
                fence.claimant().destination(),
                value);
    }

    /// Locks the model's row, so that nobody claims, loads or publishes it until this is done;
    /// unless somebody does so now.
    private boolean isOwned(String model, String condition, Object value) {
        return session.query(
                """
                select from %s c
                where c.model = ? and c.installation = ? and c.destination = ? and %s
                for update skip locked
                """
                        .formatted(control.model(), condition),
                ResultSet::next,
                model,
                fence.claimant().installation(),
                fence.claimant().destination(),
                value);
    }

    private void tryTo(Runnable work) {
        try {
            session.<@Nullable Void>transaction(() -> {
                session.query(
                        "select set_config('lock_timeout', ?, true)",
                        ResultSet::next,
                        LOCK_TIMEOUT);
                work.run();
                return null;
            });
        } catch (TransferFailure _) {
            // What is wrong with the connection shows itself with the next statement.
        }
    }
}
