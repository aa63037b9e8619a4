package io.tranship.dispatch;

import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses who runs: the first that can, never the head of the line.
///
/// Whoever waited past the bound goes first, the oldest of them before the others. Then the
/// recipient for whom the fewest transfers run, and of that recipient the oldest. Values in,
/// decisions out; one use for one tick.
final class Admission {

    private final int fleetRoom;
    private final Map<Resource, Set<Integer>> numbers = new HashMap<>();
    private final Map<String, Set<TransferKind>> modes = new HashMap<>();
    private final Map<String, Integer> running;
    private final Map<String, TransferId> integrityDue;
    private final List<Decision> decisions = new ArrayList<>();

    private Admission(Holdings holdings, int fleetRoom) {
        this.fleetRoom = fleetRoom;
        holdings.numbers().forEach((resource, held) -> numbers.put(resource, new HashSet<>(held)));
        holdings.modes()
                .forEach((destination, kinds) -> modes.put(destination, EnumSet.copyOf(kinds)));
        running = new HashMap<>(holdings.running());
        integrityDue = holdings.integrityDue();
    }

    /// @param fleetRoom how many transfers live launchers take at once
    /// @param agedBefore submitted before this: waited past the bound
    /// @return one decision for each candidate
    static List<Decision> decide(
            List<Candidate> candidates, Holdings holdings, int fleetRoom, Instant agedBefore) {
        var admission = new Admission(holdings, fleetRoom);
        var byAge =
                candidates.stream()
                        .sorted(Comparator.comparing(Candidate::waiting, WaitingTransfer.BY_AGE))
                        .toList();
        byAge.stream().filter(c -> isAged(c, agedBefore)).forEach(admission::consider);
        admission.inTurn(byAge.stream().filter(c -> !isAged(c, agedBefore)).toList());
        return admission.decisions;
    }

    /// Everything that keeps `candidate` from running, in the order in which a wait is explained.
    static List<Need> obstacles(Candidate candidate, Holdings holdings, int fleetRoom) {
        var admission = new Admission(holdings, fleetRoom);
        var obstacles = new ArrayList<Need>();
        if (admission.isShut(candidate)) {
            obstacles.add(new Need(candidate.mode(), 1));
        }
        candidate.needs(fleetRoom).stream().filter(admission::isFull).forEach(obstacles::add);
        return obstacles;
    }

    private static boolean isAged(Candidate candidate, Instant agedBefore) {
        return candidate.waiting().submittedAt().isBefore(agedBefore);
    }

    /// Only a recipient whose turn it is can get more slots, so the places of the others in the
    /// heap stay right.
    private void inTurn(List<Candidate> byAge) {
        var lines = new HashMap<String, Queue<Candidate>>();
        byAge.forEach(c -> lines.computeIfAbsent(c.recipient(), _ -> new ArrayDeque<>()).add(c));
        var next =
                new PriorityQueue<Queue<Candidate>>(
                        Comparator.<Queue<Candidate>>comparingInt(
                                        line -> running(line.element().recipient()))
                                .thenComparing(
                                        line -> line.element().waiting(), WaitingTransfer.BY_AGE));
        next.addAll(lines.values());
        while (!next.isEmpty()) {
            var line = next.remove();
            consider(line.remove());
            if (!line.isEmpty()) {
                next.add(line);
            }
        }
    }

    private void consider(Candidate candidate) {
        var obstacle = obstacle(candidate);
        decisions.add(
                obstacle == null
                        ? grant(candidate)
                        : new Decision.Park(candidate, obstacle.resource(), obstacle.limit()));
    }

    /// Where it is parked already, if there is still no room there: no need to move or to tell.
    private @Nullable Need obstacle(Candidate candidate) {
        var parkedOn = candidate.waiting().parkedOn();
        var mode = isShut(candidate) ? new Need(candidate.mode(), 1) : null;
        if (mode != null && mode.resource().equals(parkedOn)) {
            return mode;
        }
        Need first = null;
        for (var need : candidate.needs(fleetRoom)) {
            if (isFull(need)) {
                if (need.resource().equals(parkedOn)) {
                    return need;
                }
                first = first == null ? need : first;
            }
        }
        return first == null ? mode : first;
    }

    private Decision grant(Candidate candidate) {
        var slots = new ArrayList<Slot>();
        for (var need : candidate.needs(fleetRoom)) {
            var held = numbers.computeIfAbsent(need.resource(), _ -> new HashSet<>());
            var n = lowestFree(held);
            held.add(n);
            slots.add(new Slot(need.resource(), n));
        }
        modes.computeIfAbsent(candidate.destination(), _ -> EnumSet.noneOf(TransferKind.class))
                .add(candidate.kind());
        running.merge(candidate.recipient(), 1, Integer::sum);
        return new Decision.Grant(candidate, slots);
    }

    /// Counts what is out, whatever its numbers: after a limit was lowered, high numbers may be
    /// held while low ones are free.
    private boolean isFull(Need need) {
        return numbers.getOrDefault(need.resource(), Set.of()).size() >= need.limit();
    }

    /// Another kind runs there, or an integrity job has waited too long for others to go before it.
    private boolean isShut(Candidate candidate) {
        var kinds = modes.getOrDefault(candidate.destination(), Set.of());
        if (kinds.stream().anyMatch(kind -> kind != candidate.kind())) {
            return true;
        }
        return candidate.kind() != TransferKind.INTEGRITY
                && integrityDue.containsKey(candidate.destination());
    }

    private int running(String recipient) {
        return running.getOrDefault(recipient, 0);
    }

    private static int lowestFree(Set<Integer> held) {
        var n = 1;
        while (held.contains(n)) {
            n++;
        }
        return n;
    }
}
