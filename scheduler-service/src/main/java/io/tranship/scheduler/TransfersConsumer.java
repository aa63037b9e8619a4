package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.scheduler.FollowedStore.Ended;
import io.tranship.scheduler.FollowedStore.Follow;
import io.tranship.scheduler.FollowedStore.Heard;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Reads the log to see how transfers end: the scheduled ones, so that the next one may be asked
/// for, full refreshes, so that a failed one stays owed, and all, so that no destination is deleted
/// under one that is open.
@ApplicationScoped
class TransfersConsumer {

    static final String READER = "scheduler-transfers";

    private final Inbox inbox;
    private final FollowedStore store;
    private final Counter undecodable;

    TransfersConsumer(Inbox inbox, FollowedStore store, MeterRegistry metrics) {
        this.inbox = inbox;
        this.store = store;
        this.undecodable = metrics.counter("tranship.schedule.undecodable");
    }

    @Incoming("transfers")
    public Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        return inbox.consume(READER, records, this::apply);
    }

    /// A fact with its append time.
    private record Logged(TransferFact fact, Instant at) {}

    Uni<Void> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var facts = decoded(fresh);
        if (facts.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var transfers =
                facts.stream().map(one -> one.fact().transferId()).collect(Collectors.toSet());
        return store.follow(session, requested(facts), facts.getFirst().at())
                .chain(() -> store.open(session, transfers))
                .chain(open ->
                        open.isEmpty() ? Uni.createFrom().voidItem() : goOn(session, open, facts));
    }

    /// Of a request whose names the ledger does not know yet, the destination may be an id already.
    private static List<Follow> requested(List<Logged> facts) {
        var follows = new ArrayList<Follow>();
        for (var one : facts) {
            if (one.fact() instanceof Requested requested) {
                var target = requested.target();
                var destination =
                        target == null ? requested.request().destination() : target.destinationId();
                if (Names.isId(destination)) {
                    follows.add(new Follow(requested.transferId(), Names.id(destination)));
                }
            }
        }
        return follows;
    }

    private Uni<Void> goOn(
            Mutiny.StatelessSession session,
            Map<TransferId, OpenTransfer> open,
            List<Logged> facts) {
        var next = new HashMap<>(open);
        var heard = new HashMap<TransferId, Heard>();
        var ended = new ArrayList<Ended>();
        for (var one : facts) {
            var id = one.fact().transferId();
            var known = next.get(id);
            if (known == null || known.hasEnded()) {
                continue;
            }
            var after = known.after(one.fact());
            next.put(id, after);
            if (after.hasEnded()) {
                ended.add(new Ended(id, after.outcome(), one.at()));
                heard.remove(id);
            } else {
                heard.put(id, new Heard(one.at(), after.state().started() != null));
            }
        }
        return store.hear(session, heard)
                .chain(() -> store.note(session, open, next))
                .chain(() -> store.end(session, ended));
    }

    /// What cannot be decoded is left to the keeper of the log, status-service, so that one bad
    /// record gives one dead letter and not one for each reader.
    private List<Logged> decoded(List<InboxRecord> fresh) {
        var facts = new ArrayList<Logged>();
        for (var one : fresh) {
            try {
                if (one.value() == null) {
                    throw new UndecodableException("it is a tombstone");
                }
                facts.add(new Logged(FactCodec.decode(one.value()), one.timestamp()));
            } catch (UndecodableException _) {
                undecodable.increment();
            }
        }
        return facts;
    }
}
