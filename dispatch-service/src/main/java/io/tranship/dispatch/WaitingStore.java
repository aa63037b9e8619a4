package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Who waits, for what, behind whom: for people who ask, never for admission.
@ApplicationScoped
class WaitingStore {

    /// The most waiting transfers that one answer looks at.
    static final int WAITING_MAX = 500;

    private static final String ROWS =
            """
            select cast(coalesce(jsonb_agg(jsonb_build_object(
                'request', encode(q.request, 'hex'), 'submitted_at', q.submitted_at,
                'expires_at', q.expires_at, 'parked_on', q.parked_on, 'told_of', q.told_of,
                'turn', q.turn, 'unknown_until', q.unknown_until) order by q.submitted_at, q.transfer_id), '[]') as text)
            """;

    private static final String ONE =
            RowCodec.DOC
                    + ROWS
                    + "from queue q where q.transfer_id = cast((select d ->> 'id' from doc) as uuid)";

    private static final String LINE =
            RowCodec.DOC
                    + """
                    , p as (select d ->> 'resource' as resource, d ->> 'destination' as destination,
                                   cast(d ->> 'most' as int) as most from doc),
                    line as (
                        select q.transfer_id from queue q, p
                        where (p.resource is null or q.parked_on = p.resource)
                          and (p.destination is null or q.destination = p.destination)
                        order by q.submitted_at, q.transfer_id limit (select most from p))
                    """
                    + ROWS
                    + "from line join queue q using (transfer_id)";

    /// A mode is held by all that run at the destination in another mode, named after the slash. An
    /// older transfer that waited past the bound holds back as if it ran.
    private static final String HOLDERS =
            RowCodec.DOC
                    + """
                    , r as (select value as resource from doc, jsonb_array_elements_text(d -> 'resources')),
                    p as (select cast(d ->> 'id' as uuid) as id, cast(d ->> 'submitted_at' as timestamptz) as submitted_at from doc)
                    select cast(coalesce(jsonb_agg(jsonb_build_object(
                        'resource', r.resource,
                        'holders', coalesce((
                            select jsonb_agg(h.transfer_id order by h.transfer_id) from (
                                select s.transfer_id from slot s where s.resource = r.resource
                                union
                                select w.transfer_id from dispatched w
                                where split_part(r.resource, '/', 1) = 'mode:' || w.destination
                                  and split_part(r.resource, '/', 2) <> w.kind
                                union
                                select v.transfer_id from reservation v, p
                                where v.resource = r.resource
                                  and (v.submitted_at, v.transfer_id) < (p.submitted_at, p.id)) h), '[]'),
                        'position', 1 + (
                            select count(*) from queue q, p
                            where q.parked_on = r.resource
                              and (q.submitted_at, q.transfer_id) < (p.submitted_at, p.id)))), '[]') as text)
                    from r
                    """;

    /// @param holders who has the units that are out, and who holds one back
    /// @param position 1 + those who wait for the same and came earlier; by age, no promise
    record Place(String resource, List<UUID> holders, long position) {}

    Uni<@Nullable WaitingTransfer> find(Mutiny.StatelessSession session, TransferId id) {
        return RowCodec.ask(session, ONE, Map.of("id", id.value()), WaitingRow[].class)
                .map(rows -> rows.length == 0 ? null : rows[0].waiting());
    }

    /// The oldest first, at most [#WAITING_MAX].
    Uni<List<WaitingTransfer>> line(
            Mutiny.StatelessSession session,
            @Nullable Resource resource,
            @Nullable String destinationId) {
        var doc = new HashMap<String, Object>();
        doc.put("most", WAITING_MAX);
        if (resource != null) {
            doc.put("resource", resource.name());
        }
        if (destinationId != null) {
            doc.put("destination", destinationId);
        }
        return RowCodec.ask(session, LINE, doc, WaitingRow[].class)
                .map(rows -> List.of(rows).stream().map(WaitingRow::waiting).toList());
    }

    Uni<List<Place>> places(
            Mutiny.StatelessSession session,
            WaitingTransfer waiting,
            Collection<Resource> resources) {
        return RowCodec.ask(
                        session,
                        HOLDERS,
                        Map.of(
                                "resources", resources.stream().map(Resource::name).toList(),
                                "id", waiting.id().value(),
                                "submitted_at", waiting.submittedAt()),
                        Place[].class)
                .map(List::of);
    }
}
