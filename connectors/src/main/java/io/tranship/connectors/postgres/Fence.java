package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import java.sql.ResultSet;

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
    void share(String model) {
        hold(model, "share");
    }

    /// First in a transaction that changes the model's row.
    void hold(String model) {
        hold(model, "update");
    }

    private void hold(String model, String strength) {
        var held =
                session.query(
                        "select from %s where model = ? and epoch = ? and run = ? for %s"
                                .formatted(control.model(), strength),
                        ResultSet::next,
                        model,
                        claimant.epoch(),
                        claimant.run().value());
        if (!held) {
            throw TransferFailure.fenced(model, claimant.epoch());
        }
    }

    Claimant claimant() {
        return claimant;
    }
}
