package io.tranship.dispatch;

import java.util.List;
import java.util.Set;

/// What there is to decide in one tick.
///
/// @param epoch the last number that was drawn
/// @param fleetRoom how many transfers live launchers take at once
/// @param lines resources that have room for waiters, of which this tick reads the first
/// @param waiting these, and who is new
record Due(Epoch epoch, int fleetRoom, Set<Resource> lines, List<WaitingTransfer> waiting) {}
