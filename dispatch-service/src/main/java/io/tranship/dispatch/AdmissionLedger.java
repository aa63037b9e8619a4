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

    private static final String DUE =
            RowCodec.DOC
                    + LauncherStore.FLEET
                    + """
                    , p as (
                        select cast(d ->> 'open_after' as timestamptz) as open_after,
                               cast(d ->> 'aged_before' as timestamptz) as aged_before,
                               cast(d ->> 'now' as timestamptz) as now,
                               cast(d ->> 'lines_max' as int) as lines_max,
                               cast(d ->> 'tick_max' as int) as tick_max,
                               cast(d ->> 'line_max' as int) as line_max
                        from doc),
                    freed_line as (
                        select resource from freed order by id limit (select lines_max from p)),
                    line as (
                        select resource from freed_line
                        union
                        select 'fleet' from fleet
                        where room > (select count(*) from slot where resource = 'fleet')
                          and exists (select 1 from queue where parked_on = 'fleet')),
                    called as (
                        select w.transfer_id
                        from p, line cross join lateral (
                            select h.transfer_id from (
                                with recursive head as (
                                    (select q.recipient from queue q where q.parked_on = line.resource
                                     order by q.recipient limit 1)
                                    union all
                                    select (select q.recipient from queue q
                                            where q.parked_on = line.resource and q.recipient > head.recipient
                                            order by q.recipient limit 1)
                                    from head where head.recipient is not null)
                                select w.transfer_id from head cross join lateral (
                                    select q.transfer_id, q.submitted_at, q.recipient from queue q
                                    where q.parked_on = line.resource and q.recipient = head.recipient
                                      and q.expires_at > p.open_after
                                    order by q.submitted_at, q.transfer_id limit p.line_max) w
                                where head.recipient is not null
                                order by (select count(*) from dispatched d where d.recipient = w.recipient),
                                         w.submitted_at, w.transfer_id
                                limit p.line_max) h
                            union
                            select a.transfer_id from (
                                select q.transfer_id from queue q
                                where q.parked_on = line.resource and q.submitted_at < p.aged_before
                                  and q.expires_at > p.open_after
                                order by q.submitted_at, q.transfer_id limit p.line_max) a) w
                        union all
                        (select q.transfer_id from queue q
                         where q.parked_on is null and q.expires_at > (select open_after from p)
                           and (select count(*) from freed_line) < (select lines_max from p)
                         order by q.submitted_at, q.transfer_id limit (select tick_max from p))
                        union all
                        (select q.transfer_id from queue q
                         where q.parked_on = 'catalog' and q.unknown_until <= (select now from p)
                         order by q.unknown_until limit (select tick_max from p)))
                    select cast(jsonb_build_object(
                        'epoch', (select last from epoch),
                        'fleet_room', (select room from fleet),
                        'lines', coalesce((select jsonb_agg(resource) from line), '[]'),
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
                        'integrity_due', coalesce((
                            select jsonb_object_agg(x.destination, x.transfer_id) from (
                                select distinct on (q.destination) q.destination, q.transfer_id
                                from queue q join de using (destination)
                                where q.kind = 'INTEGRITY'
                                  and q.parked_on is distinct from 'catalog'
                                  and q.submitted_at < (select cast(d ->> 'aged_before' as timestamptz) from doc)
                                  and q.expires_at > (select cast(d ->> 'open_after' as timestamptz) from doc)
                                order by q.destination, q.submitted_at) x), '{}')) as text)
                    """;

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
                        delete from queue q using leaving l where q.transfer_id = l.transfer_id
                        returning q.kind, q.destination),
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
                        select 'mode:' || destination || '/' || k from unqueued, unnest(array['TRANSFER', 'RESTORE']) k
                        where unqueued.kind = 'INTEGRITY' and destination is not null),
                    settled as (
                        delete from freed f using doc, jsonb_array_elements_text(d -> 'settled') x
                        where f.resource = x.value and f.resource not in (select resource from again)),
                    freed_again as (
                        insert into freed (resource) select resource from again on conflict do nothing),
                    rises as (
                        update epoch set last = x.epoch
                        from (select cast(d ->> 'epoch' as bigint) as epoch from doc) x where x.epoch > last)
                    select cast((select count(*) from granted) as text)
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

    /// What there is to decide: the waiters of resources that got room, and who is new.
    Uni<Due> due(Mutiny.StatelessSession session, Instant now) {
        var doc =
                Map.of(
                        "now", now,
                        "open_after", now.plus(config.closing()),
                        "aged_before", now.minus(config.waitBound()),
                        "alive_after", now.minus(config.orphanAfter()),
                        "fleet_max", config.fleetMax(),
                        "lines_max", size.linesMax(),
                        "line_max", size.lineMax(),
                        "tick_max", size.waitingMax());
        return RowCodec.ask(session, DUE, doc, DueRow.class).map(DueRow::due);
    }

    /// What is held of all that `candidates` need.
    Uni<Holdings> holdings(
            Mutiny.StatelessSession session, Collection<Candidate> candidates, Instant now) {
        var doc =
                Map.of(
                        "resources",
                        candidates.stream()
                                .flatMap(candidate -> candidate.needs(0).stream())
                                .map(need -> need.resource().name())
                                .distinct()
                                .toList(),
                        "destinations",
                        candidates.stream().map(Candidate::destination).distinct().toList(),
                        "recipients",
                        candidates.stream().map(Candidate::recipient).distinct().toList(),
                        "open_after",
                        now.plus(config.closing()),
                        "aged_before",
                        now.minus(config.waitBound()));
        return RowCodec.ask(session, HOLDINGS, doc, HoldingsRow.class).map(HoldingsRow::holdings);
    }

    Uni<Void> write(Mutiny.StatelessSession session, Verdicts verdicts, Instant now) {
        return RowCodec.tell(session, WRITE, VerdictCodec.encode(verdicts, now));
    }

    record DueRow(long epoch, int fleetRoom, List<String> lines, List<WaitingRow> waiting) {

        Due due() {
            return new Due(
                    new Epoch(epoch),
                    fleetRoom,
                    lines.stream().map(Resource::new).collect(Collectors.toSet()),
                    waiting.stream().map(WaitingRow::waiting).toList());
        }
    }

    record HoldingsRow(
            Map<String, Set<Integer>> numbers,
            Map<String, Set<TransferKind>> modes,
            Map<String, Integer> running,
            Map<String, UUID> integrityDue) {

        Holdings holdings() {
            var byResource = new HashMap<Resource, Set<Integer>>();
            numbers.forEach((name, held) -> byResource.put(new Resource(name), held));
            var due = new HashMap<String, TransferId>();
            integrityDue.forEach((destination, id) -> due.put(destination, new TransferId(id)));
            return new Holdings(byResource, modes, running, due);
        }
    }
}
