package io.tranship.status;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Takes the log in, batch by batch.
@ApplicationScoped
class TransfersConsumer {

    static final String READER = "status-transfers";

    private final Inbox inbox;
    private final Outbox outbox;
    private final RecordStore records;
    private final StatusMetrics metrics;

    TransfersConsumer(Inbox inbox, Outbox outbox, RecordStore records, StatusMetrics metrics) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.records = records;
        this.metrics = metrics;
    }

    @Incoming("transfers")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> consumed) {
        return inbox.consume(READER, consumed, this::apply);
    }

    private Uni<Void> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var arrivals = new ArrayList<Arrival>();
        var undecodable = new ArrayList<OutboxRecord>();
        for (var consumed : fresh) {
            try {
                arrivals.add(ArrivalCodec.decode(consumed));
            } catch (UndecodableException e) {
                undecodable.add(inbox.deadLetter(consumed, String.valueOf(e.getMessage())));
            }
        }
        return records.fold(session, arrivals)
                .invoke(news -> metrics.folded(news, arrivals.size() - news))
                .chain(() -> outbox.add(session, undecodable));
    }
}
