package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// A service in small: reads one topic through the inbox.
@ApplicationScoped
class TallyConsumer {

    static final String READER = "tally-requests";

    private final Inbox inbox;
    private final Tally tally;

    TallyConsumer(Inbox inbox, Tally tally) {
        this.inbox = inbox;
        this.tally = tally;
    }

    @Incoming("work")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        Halt.at("consumed");
        return inbox.consume(READER, records, tally.as(READER)).invoke(() -> Halt.at("committed"));
    }
}
