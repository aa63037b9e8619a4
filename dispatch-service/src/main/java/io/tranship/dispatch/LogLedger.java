package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Where transfers stand, and what the log makes of that: releases, withdrawals, and what a
/// restored database has forgotten.
@ApplicationScoped
class LogLedger {

    private static final String STANDINGS =
            RowCodec.DOC
                    + """
                    select cast(coalesce(jsonb_agg(jsonb_build_object(
                        'transfer_id', t.transfer_id, 'kind', t.kind, 'over', t.over_at is not null,
                        'turn', q.turn, 'epoch', d.epoch, 'run', d.run, 'logged', d.logged)), '[]') as text)
                    from doc, jsonb_array_elements_text(doc.d -> 'ids') x
                    join transfer t on t.transfer_id = cast(x.value as uuid)
                    left join queue q on q.transfer_id = t.transfer_id
                    left join dispatched d on d.transfer_id = t.transfer_id
                    """;

    /// Learned slots get numbers above those that are out: they count, and take no low number away.
    private static final String APPLY =
            RowCodec.DOC
                    + """
                    , known as (
                        insert into transfer (transfer_id, kind, epoch, over_at)
                        select x.transfer_id, x.kind, x.epoch, x.over_at
                        from doc, jsonb_to_recordset(d -> 'known')
                            as x(transfer_id uuid, kind text, epoch bigint, over_at timestamptz)),
                    marked as (
                        update transfer t set epoch = coalesce(x.epoch, t.epoch), over_at = x.over_at
                        from doc, jsonb_to_recordset(d -> 'marked')
                            as x(transfer_id uuid, epoch bigint, over_at timestamptz)
                        where t.transfer_id = x.transfer_id),
                    left_queue as (
                        delete from queue q using doc, jsonb_array_elements_text(d -> 'left_queue') x
                        where q.transfer_id = cast(x.value as uuid)
                        returning q.transfer_id),
                    unreserved as (
                        delete from reservation v using left_queue l where v.transfer_id = l.transfer_id
                        returning v.resource),
                    turned as (
                        update queue q set turn = x.turn
                        from doc, jsonb_to_recordset(d -> 'turned') as x(transfer_id uuid, turn bigint)
                        where q.transfer_id = x.transfer_id),
                    held as (
                        insert into dispatched (transfer_id, epoch, destination, recipient, kind, run, learned, logged)
                        select x.transfer_id, x.epoch, x.destination, x.recipient, x.kind, x.run, true, true
                        from doc, jsonb_to_recordset(d -> 'held')
                            as x(transfer_id uuid, epoch bigint, destination text, recipient text, kind text, run uuid)),
                    numbered as (
                        insert into slot (resource, n, transfer_id)
                        select x.resource,
                               coalesce((select max(s.n) from slot s where s.resource = x.resource), 0)
                                   + row_number() over (partition by x.resource),
                               x.transfer_id
                        from doc, jsonb_to_recordset(d -> 'slots') as x(resource text, transfer_id uuid)),
                    ran as (
                        update dispatched p set epoch = x.epoch, run = x.run, logged = x.logged
                        from doc, jsonb_to_recordset(d -> 'ran')
                            as x(transfer_id uuid, epoch bigint, run uuid, logged boolean)
                        where p.transfer_id = x.transfer_id),
                    released as (
                        delete from dispatched p using doc, jsonb_array_elements_text(d -> 'released') x
                        where p.transfer_id = cast(x.value as uuid)
                        returning p.transfer_id, p.destination),
                    given_back as (
                        delete from slot s using released where s.transfer_id = released.transfer_id
                        returning s.resource),
                    room as (
                        select x.resource, cast(count(*) as int) as units from (
                            select resource from given_back
                            union all
                            select 'mode:' || released.destination || '/' || k
                            from released, unnest(array['TRANSFER', 'INTEGRITY', 'RESTORE', 'PURGE']) k
                            union all
                            select resource from unreserved) x
                        group by x.resource),
                    freed_now as (
                        insert into freed (resource, units)
                        select room.resource, room.units from room
                        cross join lateral (select from queue q where q.parked_on = room.resource limit 1) w
                        on conflict (resource) do update set units = least(1000, freed.units + excluded.units))
                    select cast((select count(*) from released) as text)
                    """;

    /// From where to where facts took one transfer.
    record Turn(TransferId id, Standing from, Standing to) {

        boolean changes() {
            return !from.equals(to);
        }

        /// Nobody who waits can be concerned: it runs on, as the same dispatch.
        boolean isItsOwnAffair() {
            return from instanceof Standing.Running was
                    && to instanceof Standing.Running is
                    && was.epoch() == is.epoch();
        }
    }

    /// The standings of those that are known.
    Uni<Map<TransferId, Standing>> standings(
            Mutiny.StatelessSession session, Collection<TransferId> ids) {
        return RowCodec.ask(
                        session,
                        STANDINGS,
                        Map.of("ids", ids.stream().map(TransferId::value).toList()),
                        StandingRow[].class)
                .map(rows -> {
                    var standings = new HashMap<TransferId, Standing>();
                    for (var row : rows) {
                        standings.put(new TransferId(row.transferId()), row.standing());
                    }
                    return standings;
                });
    }

    /// Of turns that are not their own affair the caller has read the standings under the ledger's
    /// lock, and still holds it.
    Uni<Void> apply(Mutiny.StatelessSession session, List<Turn> turns, Instant now) {
        if (turns.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var rows = new Rows(now);
        turns.forEach(rows::add);
        return RowCodec.tell(session, APPLY, rows.doc());
    }

    record StandingRow(
            UUID transferId,
            TransferKind kind,
            boolean over,
            @Nullable Long turn,
            @Nullable Long epoch,
            @Nullable UUID run,
            @Nullable Boolean logged) {

        Standing standing() {
            if (over) {
                return new Standing.Over(kind, false);
            }
            if (epoch != null) {
                return new Standing.Running(
                        kind,
                        epoch,
                        run == null ? null : new RunId(run),
                        Boolean.TRUE.equals(logged),
                        null);
            }
            return new Standing.Queued(kind, turn == null ? 0 : turn, null);
        }
    }

    /// The rows of one statement, by what they do.
    private static final class Rows {

        private final Instant now;
        private final Map<String, List<Object>> lists = new HashMap<>();

        Rows(Instant now) {
            this.now = now;
        }

        Map<String, ?> doc() {
            return lists;
        }

        void add(Turn turn) {
            var id = turn.id().value();
            leave(id, turn);
            switch (turn.to()) {
                case Standing.Unknown _ -> {}
                case Standing.Queued queued -> {
                    if (turn.from() instanceof Standing.Queued) {
                        put("turned", Map.of("transfer_id", id, "turn", queued.turn()));
                    }
                }
                case Standing.Running running -> run(id, turn.from(), running);
                case Standing.Over over -> mark(id, turn.from(), over.kind(), null, now);
            }
        }

        private void leave(UUID id, Turn turn) {
            if (turn.from() instanceof Standing.Queued && !(turn.to() instanceof Standing.Queued)) {
                put("left_queue", id);
            }
            if (turn.from() instanceof Standing.Running && turn.to() instanceof Standing.Over) {
                put("released", id);
            }
        }

        private void run(UUID id, Standing from, Standing.Running running) {
            if (!(from instanceof Standing.Running was) || was.epoch() != running.epoch()) {
                mark(id, from, running.kind(), running.epoch(), null);
            }
            var run = running.run() == null ? null : running.run().value();
            if (from instanceof Standing.Running) {
                put("ran", new RunRow(id, running.epoch(), run, running.logged()));
            } else if (running.learned() != null) {
                hold(id, running, running.learned(), run);
            }
        }

        private void hold(
                UUID id, Standing.Running running, Dispatched learned, @Nullable UUID run) {
            var target = learned.target();
            put(
                    "held",
                    new HeldRow(
                            id,
                            running.epoch(),
                            target.destinationId(),
                            target.recipientId(),
                            running.kind(),
                            run));
            var resources = new ArrayList<Resource>();
            resources.add(Resource.destination(target.destinationId()));
            target.models().forEach(m -> resources.add(Resource.model(target.destinationId(), m)));
            target.sourceIds().forEach(source -> resources.add(Resource.source(source)));
            resources.add(Resource.FLEET);
            resources.forEach(r -> put("slots", Map.of("transfer_id", id, "resource", r.name())));
        }

        private void mark(
                UUID id,
                Standing from,
                TransferKind kind,
                @Nullable Long epoch,
                @Nullable Instant overAt) {
            put(
                    from instanceof Standing.Unknown ? "known" : "marked",
                    new MarkRow(id, kind, epoch, overAt));
        }

        private void put(String list, Object row) {
            lists.computeIfAbsent(list, _ -> new ArrayList<>()).add(row);
        }
    }

    record MarkRow(
            UUID transferId, TransferKind kind, @Nullable Long epoch, @Nullable Instant overAt) {}

    record RunRow(UUID transferId, long epoch, @Nullable UUID run, boolean logged) {}

    record HeldRow(
            UUID transferId,
            long epoch,
            String destination,
            String recipient,
            TransferKind kind,
            @Nullable UUID run) {}
}
