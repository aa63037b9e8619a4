package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;
import java.util.Map;
import java.util.Set;

/// Who holds what, at one moment, as far as some candidates are concerned.
///
/// @param numbers the slot numbers that are out, by resource
/// @param modes the kinds that run, by destination
/// @param running how many transfers run, by recipient
/// @param reserved of limits and of modes, what is held back for a transfer that waited past the
///   bound
record Holdings(
        Map<Resource, Set<Integer>> numbers,
        Map<String, Set<TransferKind>> modes,
        Map<String, Integer> running,
        Map<Resource, Reservation> reserved) {

    static final Holdings NONE = new Holdings(Map.of(), Map.of(), Map.of(), Map.of());
}
