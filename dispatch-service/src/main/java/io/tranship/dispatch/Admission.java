package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
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
/// Whoever waited past the bound goes first, the oldest of them before the others, and holds back
/// one unit of what it needs from all that are younger: see `holdsBack`. Then the recipient for
/// whom the fewest transfers run, and of that recipient the oldest. Values in, decisions out; one
/// use for one tick.
final class Admission {

    private final int fleetRoom;
    private final Map<Resource, BitSet> numbers = new HashMap<>();
    private final Map<String, Set<TransferKind>> modes = new HashMap<>();
    private final Map<String, Integer> running;
    private final Map<Resource, Reservation> reserved;
    private final List<Decision> decisions = new ArrayList<>();

    private Admission(Holdings holdings, int fleetRoom) {
        this.fleetRoom = fleetRoom;
        holdings.numbers()
                .forEach((resource, held) -> {
                    var bits = new BitSet();
                    held.forEach(bits::set);
                    numbers.put(resource, bits);
                });
        holdings.modes()
                .forEach((destination, kinds) -> modes.put(destination, EnumSet.copyOf(kinds)));
        running = new HashMap<>(holdings.running());
        reserved = new HashMap<>(holdings.reserved());
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
        byAge.stream().filter(c -> isAged(c, agedBefore)).forEach(c -> admission.consider(c, true));
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
        candidate.needs(fleetRoom).stream()
                .filter(need -> admission.isFull(need, candidate))
                .forEach(obstacles::add);
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
            consider(line.remove(), false);
            if (!line.isEmpty()) {
                next.add(line);
            }
        }
    }

    private void consider(Candidate candidate, boolean aged) {
        var obstacle = obstacle(candidate);
        if (obstacle == null) {
            decisions.add(grant(candidate));
            return;
        }
        var wanted = aged ? holdsBack(candidate) : Set.<Resource>of();
        decisions.add(
                new Decision.Park(
                        candidate,
                        obstacle.resource(),
                        obstacle.limit(),
                        isExhausted(candidate, obstacle),
                        take(candidate, wanted),
                        drop(candidate, wanted)));
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
            if (isFull(need, candidate)) {
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
        var filled = new HashSet<Resource>();
        for (var need : candidate.needs(fleetRoom)) {
            var held = numbers.computeIfAbsent(need.resource(), _ -> new BitSet());
            var n = held.nextClearBit(1);
            held.set(n);
            slots.add(new Slot(need.resource(), n));
            if (held.cardinality() >= need.limit()) {
                filled.add(need.resource());
            }
        }
        modes.computeIfAbsent(candidate.destination(), _ -> EnumSet.noneOf(TransferKind.class))
                .add(candidate.kind());
        running.merge(candidate.recipient(), 1, Integer::sum);
        reserved.values().removeIf(own -> own.transferId().equals(candidate.waiting().id()));
        return new Decision.Grant(candidate, slots, filled);
    }

    /// What a transfer past the bound holds back. First what only its own destination competes for.
    /// Sources and the fleet, which others need too, only from when these are there for it: it may
    /// wait for a long run at its own destination, and must not keep others from a source
    /// meanwhile. Nothing while a limit is 0, as it may stay so.
    private Set<Resource> holdsBack(Candidate candidate) {
        var needs = candidate.needs(fleetRoom);
        if (needs.stream().anyMatch(need -> need.limit() < 1)) {
            return Set.of();
        }
        var wanted = new HashSet<Resource>();
        for (var kind : TransferKind.values()) {
            if (kind != candidate.kind()) {
                wanted.add(Resource.mode(candidate.destination(), kind));
            }
        }
        var waitsAtHome = isShut(candidate);
        for (var need : needs) {
            if (!need.resource().isShared()) {
                wanted.add(need.resource());
                waitsAtHome |= isFull(need, candidate);
            }
        }
        if (!waitsAtHome) {
            needs.forEach(need -> wanted.add(need.resource()));
        }
        wanted.removeIf(resource ->
                reserved.containsKey(resource)
                        && reserved.get(resource).goesBefore(candidate.waiting()));
        return wanted;
    }

    /// From a younger one too: the oldest wins everywhere, so no two ever wait for each other.
    private Set<Resource> take(Candidate candidate, Set<Resource> wanted) {
        var own = Reservation.of(candidate.waiting());
        var taken = new HashSet<Resource>();
        for (var resource : wanted) {
            if (!own.equals(reserved.put(resource, own))) {
                taken.add(resource);
            }
        }
        return taken;
    }

    private Set<Resource> drop(Candidate candidate, Set<Resource> wanted) {
        var dropped = new HashSet<Resource>();
        reserved.forEach((resource, by) -> {
            if (by.transferId().equals(candidate.waiting().id()) && !wanted.contains(resource)) {
                dropped.add(resource);
            }
        });
        reserved.keySet().removeAll(dropped);
        return dropped;
    }

    /// Counts what is out, whatever its numbers: after a limit was lowered, high numbers may be
    /// held while low ones are free.
    private boolean isFull(Need need, Candidate candidate) {
        return out(need.resource()) + (isHeldBack(need.resource(), candidate) ? 1 : 0)
                >= need.limit();
    }

    private int out(Resource resource) {
        var held = numbers.get(resource);
        return held == null ? 0 : held.cardinality();
    }

    /// Another kind runs there, or is to run there next.
    private boolean isShut(Candidate candidate) {
        return isTaken(candidate) || isHeldBack(candidate.mode(), candidate);
    }

    private boolean isTaken(Candidate candidate) {
        return modes.getOrDefault(candidate.destination(), Set.of()).stream()
                .anyMatch(kind -> kind != candidate.kind());
    }

    private boolean isExhausted(Candidate candidate, Need obstacle) {
        return obstacle.resource().equals(candidate.mode())
                ? isTaken(candidate)
                : out(obstacle.resource()) >= obstacle.limit();
    }

    private boolean isHeldBack(Resource resource, Candidate candidate) {
        var reservation = reserved.get(resource);
        return reservation != null && reservation.goesBefore(candidate.waiting());
    }

    private int running(String recipient) {
        return running.getOrDefault(recipient, 0);
    }
}
