package io.tranship.dispatch;

import io.tranship.schemas.TransferFact;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// All that one tick has decided: what is written, and what the log is told, in one transaction.
///
/// @param epoch the last number that was drawn
/// @param settled lines that need no further tick: read to the end, or out of room
/// @param freed resources whose room was granted and then not used
/// @param readsMore there is work that this tick had no room for
record Verdicts(
        Epoch epoch,
        List<Dispatch> dispatches,
        List<Parking> parkings,
        List<Decision.Reject> rejects,
        Set<Resource> settled,
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
        var epoch = due.epoch();
        var dispatches = new ArrayList<Dispatch>();
        var parkings = new ArrayList<Parking>();
        var rejects = new ArrayList<Decision.Reject>();
        var freed = new HashSet<Resource>();
        for (var decision : decisions) {
            switch (decision) {
                case Decision.Grant grant -> {
                    var number = epoch.next(now);
                    var dispatch = dispatch(grant, number, now.plus(startBy));
                    if (dispatch.order().length > WorkOrder.BYTES_MAX) {
                        rejects.add(tooLarge(dispatch));
                        freed.addAll(grant.heldBack());
                    } else {
                        epoch = number;
                        dispatches.add(dispatch);
                    }
                }
                case Decision.Park park when park.staysWhereItWas() -> {}
                case Decision.Park park ->
                        parkings.add(parking(park, park.resource(), park.limit()));
                case Decision.AwaitCatalog await ->
                        parkings.add(parking(await, Resource.CATALOG, 0));
                case Decision.Reject reject -> rejects.add(reject);
            }
        }
        var settled = new HashSet<>(due.lines());
        settled.removeIf(
                line -> !isSettled(line, decisions, size.lineMax()) || freed.contains(line));
        var fresh = count(decisions, decision -> decision.waiting().parkedOn() == null);
        return new Verdicts(
                epoch,
                dispatches,
                parkings,
                rejects,
                settled,
                freed,
                settled.size() < due.lines().size()
                        || due.lines().size() >= size.linesMax()
                        || fresh >= size.waitingMax()
                        || !freed.isEmpty());
    }

    boolean isEmpty() {
        return dispatches.isEmpty()
                && parkings.isEmpty()
                && rejects.isEmpty()
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

    /// A line where somebody still waits for the line's own resource has no room left. One of which
    /// fewer than `lineMax` were read has nobody left.
    private static boolean isSettled(Resource line, List<Decision> decisions, int lineMax) {
        var read = 0;
        for (var decision : decisions) {
            if (line.equals(decision.waiting().parkedOn())) {
                read++;
                if (decision instanceof Decision.Park park && park.staysWhereItWas()) {
                    return true;
                }
            }
        }
        return read < lineMax;
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
