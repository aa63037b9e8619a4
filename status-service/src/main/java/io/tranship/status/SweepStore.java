package io.tranship.status;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// What the sweep reads of the records and adds to the log.
@ApplicationScoped
class SweepStore {

    /// One sweep at a time, over all replicas, until the transaction ends.
    private static final String LOCK = "select pg_try_advisory_xact_lock(74000001)";

    /// Those that may be late, the latest first; the core decides. A row that somebody else is
    /// changing is left for the next sweep.
    private static final String OVERDUE =
            RowCodec.DOC
                    + """
                    , p as (
                        select cast(d ->> 'now' as timestamptz) as now, cast(d ->> 'silent_before' as timestamptz) as silent_before,
                               cast(d ->> 'deaf_before' as timestamptz) as deaf_before,
                               cast(d ->> 'forgotten_before' as timestamptz) as forgotten_before,
                               cast(d ->> 'long_before' as timestamptz) as long_before,
                               clock_timestamp() - cast(d ->> 'say_again_after' as interval) as said_before, cast(d ->> 'most' as int) as most
                        from doc),
                    late as (
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.epoch is null and t.expires_at < p.now
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         order by t.expires_at limit (select most from p))
                        union all
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.epoch is null and t.expires_at is null and t.seen_at < p.forgotten_before
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         limit (select most from p))
                        union all
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.epoch is not null and t.started_at is null and t.start_by < p.now
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         order by t.start_by limit (select most from p))
                        union all
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.started_at < p.silent_before
                           and not exists (select from beat b
                                           where b.transfer_id = t.transfer_id and b.run = t.run and b.beat_at >= p.silent_before)
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         order by t.started_at limit (select most from p))
                        union all
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.started_at < p.long_before and not t.cancel_requested
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         order by t.started_at limit (select most from p))
                        union all
                        (select t.transfer_id from transfer t, p
                         where t.ended_at is null and t.started_at is not null and t.cancel_requested
                           and exists (select from fact f
                                       where f.transfer_id = t.transfer_id and f.type = 'CancelRequested' and f.deciding
                                         and f.appended_at < p.deaf_before)
                           and (t.swept_at is null or t.swept_at < p.said_before)
                         order by t.started_at limit (select most from p))),
                    chosen as materialized (
                        select t.transfer_id, t.seen_at, t.expires_at, t.epoch, t.start_by, t.started_at, t.run, t.cancel_requested
                        from transfer t
                        where t.transfer_id in (select l.transfer_id from late l) and t.ended_at is null
                        order by t.transfer_id
                        for update of t skip locked)
                    select cast(coalesce(jsonb_agg(jsonb_build_object(
                        'transfer_id', c.transfer_id, 'seen_at', c.seen_at, 'expires_at', c.expires_at, 'epoch', c.epoch,
                        'start_by', c.start_by, 'started_at', c.started_at,
                        'cancelled_at', case when c.cancel_requested then (
                            select min(f.appended_at) from fact f
                            where f.transfer_id = c.transfer_id and f.type = 'CancelRequested' and f.deciding) end,
                        'heard_at', greatest(c.started_at, (select b.beat_at from beat b
                                                            where b.transfer_id = c.transfer_id and b.run = c.run)))), '[]') as text)
                    from chosen c
                    """;

    private static final String FORGET =
            RowCodec.DOC
                    + """
                    , gone as materialized (
                        select t.transfer_id from transfer t, doc
                        where t.ended_at < cast(d ->> 'before' as timestamptz)
                        order by t.ended_at limit (select cast(d ->> 'most' as int) from doc)
                        for update of t skip locked),
                    facts as (delete from fact f using gone g where f.transfer_id = g.transfer_id),
                    beats as (delete from beat b using gone g where b.transfer_id = g.transfer_id),
                    transfers as (delete from transfer t using gone g where t.transfer_id = g.transfer_id)
                    select cast(count(*) as text) from gone
                    """;

    private static final String MARK =
            RowCodec.DOC
                    + """
                    , marked as (
                        update transfer t set swept_at = clock_timestamp()
                        from doc, jsonb_array_elements_text(d -> 'transfers') x
                        where t.transfer_id = cast(x.value as uuid))
                    select 'done'
                    """;

    private static final String OPEN =
            """
            select cast(jsonb_build_object(
                'pending', count(*) filter (where status = 'PENDING'),
                'running', count(*) filter (where status = 'RUNNING')) as text)
            from transfer where status in ('PENDING', 'RUNNING')
            """;

    private static final String POSITIONS =
            "select topic, topic_id, partition, next from inbox where reader in (:log, :telemetry)";

    private final Outbox outbox;
    private final FactPublisher facts;

    /// @param inbox made the rows that this reads
    SweepStore(Inbox inbox, Outbox outbox, FactPublisher facts) {
        this.outbox = outbox;
        this.facts = facts;
    }

    /// How far this service has read, of every incarnation of its topics: of one that was made anew
    /// and not noticed yet, nothing.
    Uni<Map<LogEnds.Partition, Long>> positions() {
        return outbox.read(session ->
                session.createNativeQuery(POSITIONS, Object[].class)
                        .setParameter("log", TransfersConsumer.READER)
                        .setParameter("telemetry", TelemetryConsumer.READER)
                        .getResultList()
                        .map(rows -> {
                            var positions = new HashMap<LogEnds.Partition, Long>();
                            for (var row : rows) {
                                positions.put(
                                        new LogEnds.Partition(
                                                (String) row[0],
                                                UUID.fromString(row[1].toString()),
                                                (Integer) row[2]),
                                        (Long) row[3]);
                            }
                            return positions;
                        }));
    }

    Uni<Boolean> lock(Mutiny.StatelessSession session) {
        return session.createNativeQuery(LOCK, Boolean.class).getSingleResult();
    }

    /// @param longBefore who was started before has run for too long
    /// @param sayAgainAfter what was said in this time, by the database's clock, may still come
    ///   back
    record Since(
            Instant now,
            Deadlines.Before before,
            Instant forgottenBefore,
            Instant longBefore,
            Duration sayAgainAfter,
            int most) {}

    /// Locked until the transaction ends.
    Uni<List<OpenTransfer>> overdue(Mutiny.StatelessSession session, Since since) {
        var doc = new HashMap<String, Object>();
        doc.put("now", since.now());
        doc.put("silent_before", since.before().silent());
        doc.put("deaf_before", since.before().deaf());
        doc.put("long_before", since.longBefore());
        doc.put("forgotten_before", since.forgottenBefore());
        doc.put("say_again_after", since.sayAgainAfter().toString());
        doc.put("most", since.most());
        return RowCodec.ask(session, OVERDUE, doc, OpenRow[].class)
                .map(rows -> Arrays.stream(rows).map(OpenRow::open).toList());
    }

    /// Adds the facts to the log, and remembers that they are on their way.
    Uni<Void> say(Mutiny.StatelessSession session, List<TransferFact> said) {
        if (said.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var ids = said.stream().map(fact -> fact.transferId().value()).toList();
        List<OutboxRecord> records = said.stream().map(facts::outboxRecord).toList();
        return RowCodec.tell(session, MARK, Map.of("transfers", ids))
                .chain(() -> outbox.add(session, records));
    }

    /// Deletes transfers that ended before that time, with all that is known of them.
    ///
    /// @return how many
    Uni<Integer> forget(Mutiny.StatelessSession session, Instant before, int most) {
        return RowCodec.ask(session, FORGET, Map.of("before", before, "most", most), Integer.class);
    }

    Uni<Map<TransferStatus, Long>> open(Mutiny.StatelessSession session) {
        return session.createNativeQuery(OPEN, String.class)
                .getSingleResult()
                .map(text -> RowCodec.read(text, Counts.class).byStatus());
    }

    private record Counts(long pending, long running) {
        Map<TransferStatus, Long> byStatus() {
            return Map.of(TransferStatus.PENDING, pending, TransferStatus.RUNNING, running);
        }
    }

    private record OpenRow(
            UUID transferId,
            Instant seenAt,
            @Nullable Instant expiresAt,
            @Nullable Long epoch,
            @Nullable Instant startBy,
            @Nullable Instant heardAt,
            @Nullable Instant startedAt,
            @Nullable Instant cancelledAt) {

        OpenTransfer open() {
            return new OpenTransfer(
                    new TransferId(transferId),
                    seenAt,
                    expiresAt,
                    epoch,
                    startBy,
                    heardAt,
                    startedAt,
                    cancelledAt);
        }
    }
}
