package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import java.sql.ResultSet;
import java.util.concurrent.atomic.AtomicBoolean;

/// Shuts a run out once a newer one has claimed its model.
///
/// Each transaction that writes first locks the model's row and looks whether it is still its own:
/// so a claim waits for what is being committed, and what comes after it writes nothing.
final class Fence {

    private final PostgresSession session;
    private final ControlTables control;
    private final Claimant claimant;

    Fence(PostgresSession session, ControlTables control, Claimant claimant) {
        this.session = session;
        this.control = control;
        this.claimant = claimant;
    }

    /// First in a transaction beside which others of this run may be in the model.
    ///
    /// A row's lock may be shared by the next before the last gives it back, and whoever wants it
    /// alone would wait for as long as several lanes load. The turn is given in the order of
    /// asking.
    void share(String model) {
        held(
                model,
                session.query(
                        """
                        with turn as materialized (select pg_advisory_xact_lock_shared(%s))
                        select from %s
                        where model = ? and epoch = ? and run = ? and (select count(*) from turn) = 1
                        for share
                        """
                                .formatted(control.turn("?::text"), control.model()),
                        ResultSet::next,
                        model,
                        model,
                        claimant.epoch(),
                        claimant.run().value()));
    }

    /// First in a transaction that changes the model's row.
    void hold(String model) {
        var _ = holdAndLook(model);
    }

    /// As [#hold].
    ///
    /// @return whether there is a quarantine
    boolean holdAndLook(String model) {
        var hasQuarantine = new AtomicBoolean();
        held(
                model,
                session.query(
                        "select to_regclass(%s) is not null from %s where model = ? and epoch = ? and run = ? for update"
                                .formatted(Quoted.literal(control.quarantine()), control.model()),
                        rows -> {
                            var held = rows.next();
                            hasQuarantine.set(held && rows.getBoolean(1));
                            return held;
                        },
                        model,
                        claimant.epoch(),
                        claimant.run().value()));
        return hasQuarantine.get();
    }

    private void held(String model, boolean held) {
        if (!held) {
            throw TransferFailure.fenced(model, claimant.epoch());
        }
    }

    Claimant claimant() {
        return claimant;
    }
}
