package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Reads the log: gives slots back when a run ends, withdraws on a cancel, drops what expired, and
/// takes the ledger's own facts in where a restored database has forgotten them.
@ApplicationScoped
class TransfersConsumer {

    static final String READER = "dispatch-transfers";

    private final Inbox inbox;
    private final Outbox outbox;
    private final AdmissionLedger lock;
    private final QueueLedger queue;
    private final LogLedger ledger;
    private final FactPublisher publisher;
    private final AdmissionLoop admission;
    private final InstantSource clock;

    TransfersConsumer(
            Inbox inbox,
            Outbox outbox,
            AdmissionLedger lock,
            QueueLedger queue,
            LogLedger ledger,
            FactPublisher publisher,
            AdmissionLoop admission,
            InstantSource clock) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.lock = lock;
        this.queue = queue;
        this.ledger = ledger;
        this.publisher = publisher;
        this.admission = admission;
        this.clock = clock;
    }

    @Incoming("transfers")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        var along = admission.along();
        return inbox.consume(
                        READER,
                        records,
                        (session, fresh) ->
                                read(session, fresh)
                                        .chain(changed ->
                                                changed
                                                        ? along.tick(session)
                                                        : Uni.createFrom().voidItem()))
                .invoke(along::committed);
    }

    /// @return whether there may be something to admit now
    Uni<Boolean> read(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var facts = new LinkedHashMap<TransferId, List<TransferFact>>();
        var deadLetters = new ArrayList<OutboxRecord>();
        for (var each : fresh) {
            try {
                var fact = decode(each);
                if (!(fact instanceof ModelFinished)) {
                    facts.computeIfAbsent(fact.transferId(), _ -> new ArrayList<>()).add(fact);
                }
            } catch (UndecodableException e) {
                deadLetters.add(
                        inbox.deadLetter(
                                each, e.getMessage() == null ? "undecodable" : e.getMessage()));
            }
        }
        return outbox.add(session, deadLetters).chain(() -> apply(session, facts));
    }

    /// Most facts change nothing that others wait for, the ledger's own above all, so they are
    /// looked at without the lock: what a standing looks like only ever moves forward, and only
    /// this reader moves one that runs.
    private Uni<Boolean> apply(
            Mutiny.StatelessSession session, Map<TransferId, List<TransferFact>> facts) {
        var ends = new ArrayList<TransferId>();
        var others = new ArrayList<TransferId>();
        facts.forEach((id, told) ->
                (told.stream().anyMatch(Standing::mayEndWith) ? ends : others).add(id));
        return turns(session, facts, others)
                .chain(turns -> {
                    var alone = turns.stream().filter(LogLedger.Turn::isItsOwnAffair).toList();
                    turns.stream()
                            .filter(turn -> !turn.isItsOwnAffair())
                            .map(LogLedger.Turn::id)
                            .forEach(ends::add);
                    return ledger.apply(session, alone, clock.instant());
                })
                .chain(() ->
                        ends.isEmpty()
                                ? Uni.createFrom().item(false)
                                : applyLocked(session, facts, ends));
    }

    private Uni<Boolean> applyLocked(
            Mutiny.StatelessSession session,
            Map<TransferId, List<TransferFact>> facts,
            List<TransferId> ids) {
        return lock.lock(session)
                .chain(() -> turns(session, facts, ids))
                .chain(turns -> write(session, turns).replaceWith(!turns.isEmpty()));
    }

    private Uni<List<LogLedger.Turn>> turns(
            Mutiny.StatelessSession session,
            Map<TransferId, List<TransferFact>> facts,
            Collection<TransferId> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return ledger.standings(session, ids)
                .map(standings -> {
                    var turns = new ArrayList<LogLedger.Turn>();
                    for (var id : ids) {
                        var from = standings.getOrDefault(id, new Standing.Unknown());
                        var to = from;
                        for (var fact : facts.getOrDefault(id, List.of())) {
                            to = to.after(fact);
                        }
                        turns.add(new LogLedger.Turn(id, from, to));
                    }
                    return turns.stream().filter(LogLedger.Turn::changes).toList();
                });
    }

    private Uni<Void> write(Mutiny.StatelessSession session, List<LogLedger.Turn> turns) {
        var learned = new ArrayList<Requested>();
        var withdrawn = new ArrayList<TransferFact>();
        for (var turn : turns) {
            if (turn.to() instanceof Standing.Queued queued && queued.learned() != null) {
                learned.add(queued.learned());
            }
            if (turn.to() instanceof Standing.Over over && over.withdrawnNow()) {
                withdrawn.add(new Cancelled(turn.id()));
            }
        }
        return queue.insert(session, learned)
                .chain(() -> ledger.apply(session, turns, clock.instant()))
                .chain(() -> outbox.add(session, publisher.facts(withdrawn.stream())));
    }

    private static TransferFact decode(InboxRecord each) throws UndecodableException {
        if (each.value() == null) {
            throw new UndecodableException("a fact without a value");
        }
        return FactCodec.decode(each.value());
    }
}
