package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Reads the log to see when a scheduled transfer ends, so that the next one may be asked for.
@ApplicationScoped
class TransfersConsumer {

    private final Inbox inbox;
    private final ScheduleStore store;
    private final Counter undecodable;

    TransfersConsumer(Inbox inbox, ScheduleStore store, MeterRegistry metrics) {
        this.inbox = inbox;
        this.store = store;
        this.undecodable = metrics.counter("tranship.schedule.undecodable");
    }

    @Incoming("transfers")
    public Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        return inbox.consume("scheduler-transfers", records, this::apply);
    }

    Uni<Void> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var facts = decoded(fresh);
        var transfers = facts.stream().map(TransferFact::transferId).collect(Collectors.toSet());
        if (transfers.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.open(session, transfers)
                .chain(open -> {
                    var next = new HashMap<>(open);
                    for (var fact : facts) {
                        next.computeIfPresent(fact.transferId(), (_, known) -> known.after(fact));
                    }
                    next.entrySet()
                            .removeIf(entry -> entry.getValue().equals(open.get(entry.getKey())));
                    return store.keep(session, next);
                });
    }

    /// What cannot be decoded is left to the keeper of the log, status-service, so that one bad
    /// record gives one dead letter and not one for each reader.
    private List<TransferFact> decoded(List<InboxRecord> fresh) {
        var facts = new ArrayList<TransferFact>();
        for (var one : fresh) {
            try {
                if (one.value() == null) {
                    throw new UndecodableException("it is a tombstone");
                }
                facts.add(FactCodec.decode(one.value()));
            } catch (UndecodableException _) {
                undecodable.increment();
            }
        }
        return facts;
    }
}
