package io.tranship.dispatch;

import java.util.List;
import java.util.Map;

/// What there is to decide in one tick.
///
/// @param epoch the last number that was drawn
/// @param fleetRoom how many transfers live launchers take at once
/// @param more there is work that this tick does not look at
/// @param lines resources that have room for waiters, and how far this tick reads the line of each
/// @param waiting these, who is new, and who has just waited past the bound
record Due(
        Epoch epoch,
        int fleetRoom,
        boolean more,
        Map<Resource, Reach> lines,
        List<WaitingTransfer> waiting) {

    /// @param most waiters that were asked for
    /// @param cut not all recipients of the line were compared
    record Reach(int most, boolean cut) {

        /// Whether nobody is left in a line of which so many were read.
        boolean exhausts(int read) {
            return !cut && read < most;
        }
    }
}
