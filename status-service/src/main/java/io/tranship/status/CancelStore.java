package io.tranship.status;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Actor;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Takes the wish to cancel to the log.
@ApplicationScoped
class CancelStore {

    /// Asked once is enough; only when it does not come back from the log for a while it is asked
    /// again. The row stays locked until the fact stands in the outbox.
    private static final String ASK =
            RowCodec.DOC
                    + """
                    , known as materialized (
                        select t.transfer_id, t.status, t.ended_at, t.cancel_requested, t.cancel_asked_at
                        from transfer t where t.transfer_id = (select cast(d ->> 'transfer_id' as uuid) from doc)
                        for update of t),
                    asked as (
                        update transfer t set cancel_asked_at = clock_timestamp()
                        from known k
                        where t.transfer_id = k.transfer_id and k.ended_at is null and not k.cancel_requested
                          and (k.cancel_asked_at is null or k.cancel_asked_at < clock_timestamp() - interval '10 seconds')
                        returning t.transfer_id)
                    select cast(jsonb_build_object(
                        'status', (select k.status from known k),
                        'is_new', exists (select from asked)) as text)
                    """;

    private final Outbox outbox;
    private final FactPublisher facts;

    CancelStore(Outbox outbox, FactPublisher facts) {
        this.outbox = outbox;
        this.facts = facts;
    }

    /// The transfer's status, by which the wish was taken or not: not when it is final. Null when
    /// there is no such transfer.
    Uni<@Nullable TransferStatus> ask(TransferId id, Actor actor) {
        return outbox.inTransaction(session ->
                RowCodec.ask(session, ASK, Map.of("transfer_id", id.value()), Answer.class)
                        .call(answer ->
                                answer.isNew()
                                        ? say(session, id, actor)
                                        : Uni.createFrom().voidItem())
                        .map(Answer::status));
    }

    private Uni<Void> say(Mutiny.StatelessSession session, TransferId id, Actor actor) {
        return outbox.add(
                session, List.of(facts.outboxRecord(new TransferFact.CancelRequested(id, actor))));
    }

    private record Answer(@Nullable TransferStatus status, boolean isNew) {}
}
