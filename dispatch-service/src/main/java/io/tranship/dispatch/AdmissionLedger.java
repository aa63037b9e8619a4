package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/// What a tick of admission reads from the ledger and writes to it.
@ApplicationScoped
class AdmissionLedger {

    /// Whoever changes slots, parkings or withdrawals holds this until its transaction ends. So no
    /// transfer parks on a resource while another transaction frees it.
    private static final String LOCK = "select cast(pg_advisory_xact_lock(74020001) as text)";

    private static final String TRY_LOCK =
            "select cast(pg_try_advisory_xact_lock(74020001) as text)";

    /// Who waited past the bound comes first, then the recipients with the fewest transfers,
    /// counting those that are called here before.
    private static final String DUE =
            RowCodec.DOC
                    + LauncherStore.FLEET
                    + """
                    , p as (
                        select cast(d ->> 'open_after' as timestamptz) as open_after,
                               cast(d ->> 'aged_before' as timestamptz) as aged_before,
                               cast(d ->> 'now' as timestamptz) as now,
                               cast(d ->> 'tick_max' as int) as tick_max,
                               cast(d ->> 'line_max' as int) as line_max,
                               cast(d ->> 'heads_max' as int) as heads_max,
                               cast(d ->> 'ageing_max' as int) as ageing_max
                        from doc),
                    closed as (
                        delete from reservation v using p where v.expires_at <= p.open_after
                        returning v.resource),
                    opened as (
                        insert into freed (resource) select resource from closed on conflict do nothing),
                    freed_line as (
                        select resource, units from freed order by id limit (select tick_max from p)),
                    line as (
                        select x.resource, coalesce(t.recipient, '') as turn,
                               greatest(1, least(p.line_max, x.units,
                                                 p.tick_max / cast(count(*) over () as int))) as most
                        from p cross join (
                            select resource, units from freed_line
                            union all
                            select 'fleet', room - out from fleet, (
                                select cast(count(*) as int) as out from slot where resource = 'fleet') f
                            where room > out and exists (select 1 from queue where parked_on = 'fleet')
                              and not exists (select 1 from freed_line where resource = 'fleet')) x
                        left join line_turn t on t.resource = x.resource),
                    reached as (
                        select line.resource, line.turn, line.most, a.ids as aged, h.ids as called,
                               h.heads, h.last
                        from p cross join line
                        cross join lateral (
                            select coalesce(array_agg(x.transfer_id), '{}') as ids from (
                                select q.transfer_id from queue q
                                where q.parked_on = line.resource and q.aged
                                  and q.expires_at > p.open_after
                                order by q.submitted_at, q.transfer_id limit line.most) x) a
                        cross join lateral (
                            with recursive head as (
                                (select q.recipient, 1 as k from queue q
                                 where q.parked_on = line.resource and q.recipient > line.turn
                                   and q.expires_at > p.open_after and cardinality(a.ids) < line.most
                                 order by q.recipient limit 1)
                                union all
                                select n.recipient, head.k + 1 from head cross join lateral (
                                    select q.recipient from queue q
                                    where q.parked_on = line.resource and q.recipient > head.recipient
                                      and q.expires_at > p.open_after
                                    order by q.recipient limit 1) n
                                where head.k < p.heads_max)
                            select (select count(*) from head) as heads,
                                   (select max(recipient) from head) as last,
                                   coalesce(array_agg(x.transfer_id), '{}') as ids
                            from (
                                select w.transfer_id from head
                                cross join lateral (
                                    select count(*) as n from dispatched d where d.recipient = head.recipient) r
                                cross join lateral (
                                    select q.transfer_id, q.submitted_at,
                                           row_number() over (order by q.submitted_at, q.transfer_id) - 1 as nth
                                    from queue q
                                    where q.parked_on = line.resource and q.recipient = head.recipient
                                      and q.expires_at > p.open_after
                                    order by q.submitted_at, q.transfer_id limit line.most) w
                                order by r.n + w.nth, w.submitted_at, w.transfer_id
                                limit line.most) x) h),
                    turned as (
                        insert into line_turn (resource, recipient)
                        select resource, case when heads < p.heads_max then '' else last end from reached, p
                        where cardinality(aged) < most and (heads >= p.heads_max or turn > '')
                        on conflict (resource) do update set recipient = excluded.recipient),
                    ageing as (
                        select transfer_id, expires_at from queue
                        where not aged and submitted_at < (select aged_before from p)
                        order by submitted_at limit (select ageing_max from p)),
                    aged_now as (
                        update queue q set aged = true from ageing where q.transfer_id = ageing.transfer_id),
                    called as (
                        select x.transfer_id from reached, unnest(aged || called) as x(transfer_id)
                        union
                        (select q.transfer_id from queue q
                         where q.parked_on is null and q.expires_at > (select open_after from p)
                         order by q.submitted_at, q.transfer_id limit (select tick_max from p))
                        union
                        (select q.transfer_id from queue q
                         where q.parked_on = 'catalog' and q.unknown_until <= (select now from p)
                         order by q.unknown_until limit (select tick_max from p))
                        union
                        select transfer_id from ageing where expires_at > (select open_after from p))
                    select cast(jsonb_build_object(
                        'epoch', (select last from epoch),
                        'fleet_room', (select room from fleet),
                        'more', exists (select 1 from closed)
                            or (select count(*) from ageing) >= (select ageing_max from p),
                        'lines', coalesce((
                            select jsonb_agg(jsonb_build_object(
                                'resource', resource, 'most', most,
                                'cut', heads >= p.heads_max or turn > '')) from reached, p), '[]'),
                        'waiting', coalesce((
                            select jsonb_agg(jsonb_build_object(
                                'request', encode(q.request, 'hex'), 'submitted_at', q.submitted_at,
                                'expires_at', q.expires_at, 'parked_on', q.parked_on, 'told_of', q.told_of,
                                'turn', q.turn, 'unknown_until', q.unknown_until))
                            from called cross join lateral (
                        select * from queue where queue.transfer_id = called.transfer_id offset 0) q), '[]')) as text)
                    """;

    private static final String HOLDINGS =
            RowCodec.DOC
                    + """
                    , r as (select value as resource from doc, jsonb_array_elements_text(d -> 'resources')),
                    de as (select value as destination from doc, jsonb_array_elements_text(d -> 'destinations')),
                    re as (select value as recipient from doc, jsonb_array_elements_text(d -> 'recipients'))
                    select cast(jsonb_build_object(
                        'numbers', coalesce((
                            select jsonb_object_agg(x.resource, x.ns) from (
                                select s.resource, jsonb_agg(s.n) as ns from slot s join r using (resource)
                                group by s.resource) x), '{}'),
                        'modes', coalesce((
                            select jsonb_object_agg(x.destination, x.kinds) from (
                                select destination, jsonb_agg(distinct d.kind) as kinds
                                from dispatched d join de using (destination) group by destination) x), '{}'),
                        'running', coalesce((
                            select jsonb_object_agg(x.recipient, x.held) from (
                                select recipient, count(*) as held
                                from dispatched join re using (recipient) group by recipient) x), '{}'),
                        'reserved', coalesce((
                            select jsonb_object_agg(v.resource, jsonb_build_object(
                                'transfer_id', v.transfer_id, 'submitted_at', v.submitted_at))
                            from reservation v join r using (resource)
                            where exists (select 1 from reservation)
                              and v.expires_at > (select cast(d ->> 'open_after' as timestamptz) from doc)), '{}')) as text)
                    """;

    /// A line that was read without an end is read twice as far the next time. What is given up is
    /// freed, even if another takes it at once: somebody in between may be older than the other.
    private static final String WRITE =
            RowCodec.DOC
                    + """
                    , granted as (
                        select x.* from doc, jsonb_to_recordset(d -> 'grants')
                            as x(transfer_id uuid, epoch bigint, destination text, recipient text, kind text)),
                    leaving as (
                        select transfer_id from granted
                        union all
                        select cast(value as uuid) from doc, jsonb_array_elements_text(d -> 'rejects')),
                    unqueued as (
                        delete from queue q using leaving l where q.transfer_id = l.transfer_id),
                    reserving as (
                        select x.* from doc, jsonb_to_recordset(d -> 'reservations')
                            as x(resource text, transfer_id uuid, submitted_at timestamptz, expires_at timestamptz)),
                    given_up as (
                        select v.resource from leaving l join reservation v on v.transfer_id = l.transfer_id
                        union
                        select v.resource from doc, jsonb_array_elements_text(d -> 'idle') x
                        join reservation v on v.transfer_id = cast(x.value as uuid)
                        union
                        select x.value from doc, jsonb_array_elements_text(d -> 'dropped') x),
                    unreserved as (
                        delete from reservation v using given_up g
                        where v.resource = g.resource and g.resource not in (select resource from reserving)),
                    reserved as (
                        insert into reservation (resource, transfer_id, submitted_at, expires_at)
                        select resource, transfer_id, submitted_at, expires_at from reserving
                        on conflict (resource) do update
                        set transfer_id = excluded.transfer_id, submitted_at = excluded.submitted_at,
                            expires_at = excluded.expires_at),
                    marked as (
                        update transfer t set epoch = g.epoch from granted g where t.transfer_id = g.transfer_id),
                    rejected as (
                        update transfer t set over_at = cast((select d ->> 'now' from doc) as timestamptz)
                        from doc, jsonb_array_elements_text(d -> 'rejects') x
                        where t.transfer_id = cast(x.value as uuid)),
                    held as (
                        insert into dispatched (transfer_id, epoch, destination, recipient, kind)
                        select transfer_id, epoch, destination, recipient, kind from granted),
                    numbered as (
                        insert into slot (resource, n, transfer_id)
                        select x.resource, x.n, x.transfer_id
                        from doc, jsonb_to_recordset(d -> 'slots') as x(resource text, n int, transfer_id uuid)),
                    parked as (
                        update queue q
                        set parked_on = x.parked_on, told_of = x.told_of, turn = x.turn,
                            unknown_until = x.unknown_until,
                            destination = coalesce(x.destination, q.destination),
                            recipient = coalesce(x.recipient, q.recipient)
                        from doc, jsonb_to_recordset(d -> 'parkings')
                            as x(transfer_id uuid, parked_on text, told_of text, turn bigint,
                                 unknown_until timestamptz, destination text, recipient text)
                        where q.transfer_id = x.transfer_id),
                    again as (
                        select x.value as resource from doc, jsonb_array_elements_text(d -> 'freed') x
                        union
                        select resource from given_up),
                    settled as (
                        delete from freed f using doc, jsonb_array_elements_text(d -> 'settled') x
                        where f.resource = x.value and f.resource not in (select resource from again)),
                    freed_again as (
                        insert into freed (resource) select resource from again on conflict do nothing),
                    unsettled as (
                        update freed f set units = least(1000, 2 * f.units)
                        from doc, jsonb_array_elements_text(d -> 'unsettled') x where f.resource = x.value),
                    rises as (
                        update epoch set last = x.epoch
                        from (select cast(d ->> 'epoch' as bigint) as epoch from doc) x where x.epoch > last)
                    select cast(exists (select 1 from again) as text)
                    """;

    private final DispatchConfig config;
    private final TickSize size;

    AdmissionLedger(DispatchConfig config) {
        this.config = config;
        this.size = TickSize.of(config.tickMax());
    }

    /// Held until the transaction of `session` ends.
    Uni<Void> lock(Mutiny.StatelessSession session) {
        return session.createNativeQuery(LOCK, String.class).getSingleResult().replaceWithVoid();
    }

    /// @return whether it is held now, until the transaction of `session` ends; waits for nobody
    Uni<Boolean> tryLock(Mutiny.StatelessSession session) {
        return session.createNativeQuery(TRY_LOCK, String.class)
                .getSingleResult()
                .map(Boolean::parseBoolean);
    }

    /// What there is to decide: the waiters of resources that got room, and who is new.
    Uni<Due> due(Mutiny.StatelessSession session, Instant now) {
        var doc =
                Map.of(
                        "now", now,
                        "open_after", now.plus(config.closing()),
                        "aged_before", now.minus(config.waitBound()),
                        "alive_after", now.minus(config.orphanAfter()),
                        "fleet_max", config.fleetMax(),
                        "tick_max", size.waitingMax(),
                        "line_max", size.lineMax(),
                        "heads_max", size.headsMax(),
                        "ageing_max", size.ageingMax());
        return RowCodec.ask(session, DUE, doc, DueRow.class).map(DueRow::due);
    }

    /// What is held of all that `candidates` need.
    Uni<Holdings> holdings(
            Mutiny.StatelessSession session, Collection<Candidate> candidates, Instant now) {
        var doc =
                Map.of(
                        "resources",
                        candidates.stream()
                                .flatMap(Candidate::concerned)
                                .map(Resource::name)
                                .distinct()
                                .toList(),
                        "destinations",
                        candidates.stream().map(Candidate::destination).distinct().toList(),
                        "recipients",
                        candidates.stream().map(Candidate::recipient).distinct().toList(),
                        "open_after",
                        now.plus(config.closing()));
        return RowCodec.ask(session, HOLDINGS, doc, HoldingsRow.class).map(HoldingsRow::holdings);
    }

    /// @return whether something was given up for which others wait
    Uni<Boolean> write(Mutiny.StatelessSession session, Verdicts verdicts, Instant now) {
        return RowCodec.ask(session, WRITE, VerdictCodec.encode(verdicts, now), Boolean.class);
    }

    record LineRow(String resource, int most, boolean cut) {}

    record DueRow(
            long epoch,
            int fleetRoom,
            boolean more,
            List<LineRow> lines,
            List<WaitingRow> waiting) {

        Due due() {
            return new Due(
                    new Epoch(epoch),
                    fleetRoom,
                    more,
                    lines.stream()
                            .collect(
                                    Collectors.toMap(
                                            line -> new Resource(line.resource()),
                                            line -> new Due.Reach(line.most(), line.cut()))),
                    waiting.stream().map(WaitingRow::waiting).toList());
        }
    }

    record ReservationRow(UUID transferId, Instant submittedAt) {

        Reservation reservation() {
            return new Reservation(new TransferId(transferId), submittedAt);
        }
    }

    record HoldingsRow(
            Map<String, Set<Integer>> numbers,
            Map<String, Set<TransferKind>> modes,
            Map<String, Integer> running,
            Map<String, ReservationRow> reserved) {

        Holdings holdings() {
            var byResource = new HashMap<Resource, Set<Integer>>();
            numbers.forEach((name, held) -> byResource.put(new Resource(name), held));
            var heldBack = new HashMap<Resource, Reservation>();
            reserved.forEach((name, row) -> heldBack.put(new Resource(name), row.reservation()));
            return new Holdings(byResource, modes, running, heldBack);
        }
    }
}
