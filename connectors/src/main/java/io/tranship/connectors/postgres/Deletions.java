package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import java.util.List;

/// Deletes rows at the destination that are gone at the source, and remembers when they were last
/// looked for.
final class Deletions {

    private final PostgresSession session;
    private final ControlTables control;
    private final Fence fence;

    Deletions(PostgresSession session, ControlTables control, Fence fence) {
        this.session = session;
        this.control = control;
        this.fence = fence;
    }

    /// @param keys as this server writes them
    long delete(String model, List<Carried> key, List<List<String>> keys) {
        return session.transaction(() -> {
            fence.hold(model);
            var deleted =
                    session.update(
                            "delete from %s where %s"
                                    .formatted(control.table(model), StandingRows.isOneOf(key)),
                            Digests.columns(keys, key.size()).toArray());
            session.update(
                    "update %s set rows = greatest(rows - ?, 0), last_transfer = ?, last_transfer_at = now() where model = ?"
                            .formatted(control.model()),
                    deleted,
                    fence.claimant().transfer().value(),
                    model);
            return (long) deleted;
        });
    }

    boolean isDue(String model, int minutes) {
        return session.query(
                "select coalesce(deletes_detected_at + ? * interval '1 minute' <= now(), true) from %s where model = ?"
                        .formatted(control.model()),
                rows -> rows.next() && rows.getBoolean(1),
                minutes,
                model);
    }

    void detected(String model) {
        session.transaction(() -> {
            fence.hold(model);
            return session.update(
                    "update %s set deletes_detected_at = now() where model = ?"
                            .formatted(control.model()),
                    model);
        });
    }
}
