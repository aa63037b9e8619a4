package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Keeps the ledger's copy of the catalog.
@ApplicationScoped
class CatalogConsumer {

    static final String READER = "dispatch-catalog";

    private final Inbox inbox;
    private final Outbox outbox;
    private final AdmissionLedger lock;
    private final CatalogStore catalogs;
    private final AdmissionLoop admission;

    CatalogConsumer(
            Inbox inbox,
            Outbox outbox,
            AdmissionLedger lock,
            CatalogStore catalogs,
            AdmissionLoop admission) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.lock = lock;
        this.catalogs = catalogs;
        this.admission = admission;
    }

    @Incoming("catalog")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        return inbox.consume(READER, records, this::copy).invoke(admission::poke);
    }

    /// Under the ledger's lock: a tick that parks somebody by the old limits has ended, or begins
    /// with the new ones.
    Uni<Void> copy(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var changes = new LinkedHashMap<String, CatalogStore.Change>();
        var deadLetters = new ArrayList<OutboxRecord>();
        for (var each : fresh) {
            try {
                var change = decode(each);
                changes.put(change.key(), change);
            } catch (UndecodableException e) {
                deadLetters.add(
                        inbox.deadLetter(
                                each, e.getMessage() == null ? "undecodable" : e.getMessage()));
            }
        }
        return outbox.add(session, deadLetters)
                .chain(() ->
                        changes.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : lock.lock(session)
                                        .chain(() -> catalogs.apply(session, changes.values())));
    }

    private static CatalogStore.Change decode(InboxRecord each) throws UndecodableException {
        if (each.key() == null) {
            throw new UndecodableException("a catalog record without a key");
        }
        if (each.value() == null) {
            return new CatalogStore.Change(each.key(), null, null);
        }
        var entry = CatalogCodec.decode(each.value());
        if (!entry.key().equals(each.key())) {
            throw new UndecodableException(
                    "the key is '%s', and the record is of '%s'"
                            .formatted(each.key(), entry.key()));
        }
        return new CatalogStore.Change(each.key(), entry, each.value());
    }
}
