package io.tranship.dispatch;

import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.util.Map;
import java.util.Set;

/// Who holds what, at one moment, as far as some candidates are concerned.
///
/// @param numbers the slot numbers that are out, by resource
/// @param modes the kinds that run, by destination
/// @param running how many transfers run, by recipient
/// @param integrityDue by destination, an integrity job that waited past the bound: nothing else
///   starts there before it
record Holdings(
        Map<Resource, Set<Integer>> numbers,
        Map<String, Set<TransferKind>> modes,
        Map<String, Integer> running,
        Map<String, TransferId> integrityDue) {

    static final Holdings NONE = new Holdings(Map.of(), Map.of(), Map.of(), Map.of());
}
