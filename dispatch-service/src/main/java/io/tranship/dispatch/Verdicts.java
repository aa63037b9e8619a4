package io.tranship.dispatch;

import io.tranship.schemas.TransferFact;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// All that one tick has decided: what is written, and what the log is told, in one transaction.
///
/// @param epoch the last number that was drawn
/// @param reservations what those that waited past the bound hold back from now on
/// @param dropped what is no longer held back
/// @param settled lines that need no further tick: read to the end, or out of room
/// @param unsettled lines that the next tick reads on
/// @param freed resources whose room was granted and then not used
/// @param readsMore there is work that this tick had no room for
record Verdicts(
        Epoch epoch,
        List<Dispatch> dispatches,
        List<Parking> parkings,
        List<Decision.Reject> rejects,
        Map<Resource, WaitingTransfer> reservations,
        Set<Resource> dropped,
        Set<Resource> settled,
        Set<Resource> unsettled,
        Set<Resource> freed,
        boolean readsMore) {

    /// A transfer's place to wait, when it is a new one.
    ///
    /// @param limit 0: not a limit, but something that the catalog lacks
    /// @param told the log says so already
    record Parking(Decision decision, Resource resource, int limit, boolean told) {

        WaitingTransfer waiting() {
            return decision.waiting();
        }

        long turn() {
            return told ? waiting().turn() : waiting().turn() + 1;
        }
    }

    static Verdicts of(
            List<Decision> decisions, Due due, Instant now, Duration startBy, TickSize size) {
        var made = new Making(due.epoch(), now, startBy);
        decisions.forEach(made::add);
        var settled = settled(decisions, due, made.freed);
        var unsettled = new HashSet<>(due.lines().keySet());
        unsettled.removeAll(settled);
        unsettled.removeAll(made.freed);
        var fresh = count(decisions, decision -> decision.waiting().parkedOn() == null);
        return new Verdicts(
                made.epoch,
                made.dispatches,
                made.parkings,
                made.rejects,
                made.reservations,
                made.dropped,
                settled,
                unsettled,
                made.freed,
                due.more()
                        || !unsettled.isEmpty()
                        || due.lines().size() >= size.waitingMax()
                        || fresh >= size.waitingMax()
                        || decisions.size() >= size.waitingMax()
                        || !made.freed.isEmpty());
    }

    /// Sorts decisions by what is written. Orders that are too large, alone or together, give their
    /// room back; together only for this tick.
    private static final class Making {
        private final Instant now;
        private final Duration startBy;
        private final List<Dispatch> dispatches = new ArrayList<>();
        private final List<Parking> parkings = new ArrayList<>();
        private final List<Decision.Reject> rejects = new ArrayList<>();
        private final Map<Resource, WaitingTransfer> reservations = new HashMap<>();
        private final Set<Resource> dropped = new HashSet<>();
        private final Set<Resource> freed = new HashSet<>();
        private Epoch epoch;
        private long orderBytes;

        Making(Epoch epoch, Instant now, Duration startBy) {
            this.epoch = epoch;
            this.now = now;
            this.startBy = startBy;
        }

        void add(Decision decision) {
            switch (decision) {
                case Decision.Grant grant -> grant(grant);
                case Decision.Park park -> {
                    park.drops().forEach(dropped::add);
                    park.takes().forEach(r -> reservations.put(r, park.waiting()));
                    if (!park.staysWhereItWas()) {
                        parkings.add(parking(park, park.resource(), park.limit()));
                    }
                }
                case Decision.AwaitCatalog await ->
                        parkings.add(parking(await, Resource.CATALOG, 0));
                case Decision.Reject reject -> rejects.add(reject);
            }
        }

        private void grant(Decision.Grant grant) {
            var number = epoch.next(now);
            var dispatch = dispatch(grant, number, now.plus(startBy));
            var bytes = dispatch.order().length;
            if (bytes > WorkOrder.BYTES_MAX) {
                rejects.add(tooLarge(dispatch));
                freed.addAll(grant.heldBack());
            } else if (orderBytes > 0 && orderBytes + bytes > TickSize.ORDER_BYTES_MAX) {
                freed.addAll(grant.heldBack());
            } else {
                epoch = number;
                orderBytes += bytes;
                dispatches.add(dispatch);
            }
        }
    }

    Verdicts readingMore(boolean more) {
        return readsMore || !more
                ? this
                : new Verdicts(
                        epoch,
                        dispatches,
                        parkings,
                        rejects,
                        reservations,
                        dropped,
                        settled,
                        unsettled,
                        freed,
                        true);
    }

    boolean isEmpty() {
        return dispatches.isEmpty()
                && parkings.isEmpty()
                && rejects.isEmpty()
                && reservations.isEmpty()
                && dropped.isEmpty()
                && settled.isEmpty()
                && freed.isEmpty();
    }

    /// What the log is told of those that do not run.
    List<TransferFact> otherFacts() {
        var facts = new ArrayList<TransferFact>();
        for (var parking : parkings) {
            if (!parking.told()) {
                facts.add(
                        new TransferFact.Blocked(
                                parking.waiting().id(),
                                parking.turn(),
                                parking.resource().name(),
                                parking.limit()));
            }
        }
        for (var reject : rejects) {
            facts.add(new TransferFact.Rejected(reject.waiting().id(), reject.error()));
        }
        return facts;
    }

    /// A line is done with when its resource is full, when it was read to its end, or when one of
    /// the oldest that were read stays: then nobody who is younger can have what is left either.
    private static Set<Resource> settled(List<Decision> decisions, Due due, Set<Resource> freed) {
        var full = new HashSet<Resource>();
        var read = new HashMap<Resource, List<Decision>>();
        for (var decision : decisions) {
            var parkedOn = decision.waiting().parkedOn();
            if (parkedOn != null) {
                read.computeIfAbsent(parkedOn, _ -> new ArrayList<>()).add(decision);
            }
            switch (decision) {
                case Decision.Grant grant -> full.addAll(grant.filled());
                case Decision.Park park when park.full() -> full.add(park.resource());
                case Decision.Park _, Decision.AwaitCatalog _, Decision.Reject _ -> {}
            }
        }
        var settled = new HashSet<Resource>();
        due.lines()
                .forEach((line, reach) -> {
                    var there = read.getOrDefault(line, List.of());
                    var ended =
                            full.contains(line)
                                    || reach.exhausts(there.size())
                                    || somebodyStays(there, reach.most());
                    if (ended && !freed.contains(line)) {
                        settled.add(line);
                    }
                });
        return settled;
    }

    /// Those who have just waited past the bound are read out of the order of their line, and tell
    /// nothing about others.
    private static boolean somebodyStays(List<Decision> there, int most) {
        return there.stream()
                .sorted(Comparator.comparing(Decision::waiting, WaitingTransfer.BY_AGE))
                .limit(most)
                .anyMatch(each -> each instanceof Decision.Park park && park.staysWhereItWas());
    }

    private static Dispatch dispatch(Decision.Grant grant, Epoch epoch, Instant startBy) {
        var candidate = grant.candidate();
        var order =
                candidate.resolved().order(candidate.waiting().request(), epoch.number(), startBy);
        return new Dispatch(grant, epoch, startBy, WorkOrderCodec.encode(order));
    }

    private static Decision.Reject tooLarge(Dispatch dispatch) {
        var resolved = dispatch.candidate().resolved();
        return new Decision.Reject(
                dispatch.candidate().waiting(),
                Rejections.orderTooLarge(
                        resolved.destination().name(),
                        resolved.models().size(),
                        dispatch.order().length));
    }

    private static Parking parking(Decision decision, Resource resource, int limit) {
        return new Parking(decision, resource, limit, resource.equals(decision.waiting().toldOf()));
    }

    private static long count(List<Decision> decisions, Predicate<Decision> which) {
        return decisions.stream().filter(which).count();
    }
}
