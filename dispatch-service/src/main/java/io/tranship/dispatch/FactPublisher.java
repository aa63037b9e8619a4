package io.tranship.dispatch;

import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the ledger says to the log and to launchers, as rows of the outbox.
@ApplicationScoped
class FactPublisher {

    private static final String SOURCE = "dispatch-service";

    private final Topics topics;

    FactPublisher(DispatchConfig config) {
        topics = new Topics(config.topicPrefix());
    }

    List<OutboxRecord> records(Verdicts verdicts) {
        var records = new ArrayList<OutboxRecord>();
        for (var dispatch : verdicts.dispatches()) {
            records.add(fact(dispatch.fact()));
            records.add(order(dispatch));
        }
        records.addAll(facts(verdicts.otherFacts().stream()));
        return records;
    }

    List<OutboxRecord> facts(Stream<? extends TransferFact> facts) {
        return facts.map(this::fact).toList();
    }

    private OutboxRecord fact(TransferFact fact) {
        var name = name(fact);
        return new OutboxRecord(
                topics.transfers(),
                fact.transferId().toString(),
                FactCodec.encode(fact),
                CloudEventHeaders.of(name, SOURCE, eventId(fact, name), null));
    }

    private OutboxRecord order(Dispatch dispatch) {
        var id = dispatch.candidate().waiting().id();
        return new OutboxRecord(
                topics.workOrders(),
                id.toString(),
                dispatch.order(),
                CloudEventHeaders.of(
                        "WorkOrder",
                        SOURCE,
                        "%s/WorkOrder/%d".formatted(id, dispatch.epoch().number()),
                        null));
    }

    /// The same for a fact that is said again.
    private static String eventId(TransferFact fact, String name) {
        return switch (fact) {
            case TransferFact.Blocked blocked ->
                    "%s/%s/%d".formatted(fact.transferId(), name, blocked.turn());
            case TransferFact.Dispatched dispatched ->
                    "%s/%s/%d".formatted(fact.transferId(), name, dispatched.epoch());
            default -> "%s/%s".formatted(fact.transferId(), name);
        };
    }

    /// The fact's name in the published language.
    private static String name(TransferFact fact) {
        return switch (fact) {
            case TransferFact.Requested _ -> "TransferRequested";
            case TransferFact.Rejected _ -> "TransferRejected";
            case TransferFact.Blocked _ -> "TransferBlocked";
            case TransferFact.Dispatched _ -> "TransferDispatched";
            case TransferFact.Cancelled _ -> "TransferCancelled";
            case TransferFact.Started _,
                    TransferFact.ModelFinished _,
                    TransferFact.Finished _,
                    TransferFact.CancelRequested _,
                    TransferFact.Expired _,
                    TransferFact.Orphaned _ ->
                    throw new IllegalArgumentException(
                            "not the ledger's to say: " + fact.getClass().getSimpleName());
        };
    }
}
