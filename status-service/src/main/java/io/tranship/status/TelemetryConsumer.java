package io.tranship.status;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Takes in who is alive and how far they are.
///
/// Guarded like the log, because the sweep must know up to where beats were read.
@ApplicationScoped
class TelemetryConsumer {

    static final String READER = "status-telemetry";

    private final Inbox inbox;
    private final Outbox outbox;
    private final BeatStore beats;

    TelemetryConsumer(Inbox inbox, Outbox outbox, BeatStore beats) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.beats = beats;
    }

    @Incoming("telemetry")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> consumed) {
        return inbox.consume(READER, consumed, this::apply);
    }

    private Uni<Void> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var heard = new Heard();
        var undecodable = new ArrayList<OutboxRecord>();
        for (var consumed : fresh) {
            try {
                heard.add(decode(consumed), consumed.timestamp());
            } catch (UndecodableException e) {
                undecodable.add(inbox.deadLetter(consumed, String.valueOf(e.getMessage())));
            }
        }
        return beats.keep(session, heard).chain(() -> outbox.add(session, undecodable));
    }

    private static Telemetry decode(InboxRecord consumed) throws UndecodableException {
        var bytes = consumed.value();
        if (bytes == null) {
            throw new UndecodableException("no value, where telemetry is expected");
        }
        return TelemetryCodec.decode(bytes);
    }
}
