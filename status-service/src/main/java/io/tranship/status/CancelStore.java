package io.tranship.status;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.Actor;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
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
                        select t.transfer_id, t.status, t.ended_at, t.cancel_requested, t.cancel_asked_at, t.cancel_answers
                        from transfer t where t.transfer_id = (select cast(d ->> 'transfer_id' as uuid) from doc)
                        for update of t),
                    asked as (
                        update transfer t
                        set cancel_asked_at = case when k.is_new then clock_timestamp() else t.cancel_asked_at end,
                            cancel_answers = t.cancel_answers || k.answer
                        from (select k.transfer_id,
                                     not k.cancel_requested
                                     and (k.cancel_asked_at is null
                                          or k.cancel_asked_at < clock_timestamp() - interval '10 seconds') as is_new,
                                     case when d ->> 'key' is null or jsonb_exists(k.cancel_answers, d ->> 'key')
                                               or (select count(*) from jsonb_object_keys(k.cancel_answers)) >= 20
                                          then '{}' else jsonb_build_object(d ->> 'key', k.status) end as answer
                              from known k, doc
                              where k.ended_at is null) k
                        where t.transfer_id = k.transfer_id and (k.is_new or k.answer <> '{}')
                        returning k.is_new)
                    select cast(jsonb_build_object(
                        'status', (select k.status from known k),
                        'given', (select k.cancel_answers ->> (d ->> 'key') from known k, doc),
                        'is_new', exists (select from asked a where a.is_new)) as text)
                    """;

    private final Outbox outbox;
    private final FactPublisher facts;

    CancelStore(Outbox outbox, FactPublisher facts) {
        this.outbox = outbox;
        this.facts = facts;
    }

    /// What came of the wish.
    ///
    /// @param status by which it was taken or not: not when that is final; null when there is no
    ///   such transfer
    /// @param given what was answered under this key before
    /// @param isNew it goes to the log now
    record Answer(@Nullable TransferStatus status, @Nullable TransferStatus given, boolean isNew) {}

    /// @param key the `Idempotency-Key`; 20 are remembered of a transfer
    Uni<Answer> ask(TransferId id, Actor actor, @Nullable String key) {
        var doc = new HashMap<String, Object>();
        doc.put("transfer_id", id.value());
        doc.put("key", key);
        return outbox.inTransaction(session ->
                RowCodec.ask(session, ASK, doc, Answer.class)
                        .call(answer ->
                                answer.isNew()
                                        ? say(session, id, actor)
                                        : Uni.createFrom().voidItem()));
    }

    private Uni<Void> say(Mutiny.StatelessSession session, TransferId id, Actor actor) {
        return outbox.add(
                session, List.of(facts.outboxRecord(new TransferFact.CancelRequested(id, actor))));
    }
}
