package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.OpenTransfer.Outcome;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// The transfers that are open, as far as this service knows, and what their end means to the
/// schedule.
@ApplicationScoped
class FollowedStore {

    /// A transfer that somebody asked for.
    ///
    /// @param destination its id; one that the schedule does not know is not followed
    record Follow(TransferId transferId, String destination) {}

    /// The last word of one transfer in a batch.
    record Heard(Instant at, boolean started) {}

    /// The end of one.
    record Ended(TransferId transferId, Outcome outcome, Instant at) {}

    private static final String FOLLOW =
            """
            insert into followed (transfer_id, destination, heard_at)
            select r.transfer_id, s.destination, cast(cast(:now as text) as timestamptz)
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (transfer_id uuid, destination uuid)
            join schedule s on s.destination = r.destination
            for key share of s
            on conflict do nothing
            """;
    private static final String OPEN =
            """
            select w.transfer_id, encode(f.fact, 'base64')
            from followed w left join open_fact f on f.transfer_id = w.transfer_id
            where w.transfer_id in (
                select cast(value as uuid)
                from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            order by f.n
            """;
    private static final String HEAR =
            """
            update followed f
            set heard_at = greatest(f.heard_at, r.heard_at), started = f.started or r.started
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (transfer_id uuid, heard_at timestamptz, started boolean)
            where f.transfer_id = r.transfer_id
            """;
    private static final String NOTE =
            """
            insert into open_fact (transfer_id, n, fact)
            select transfer_id, n, decode(fact, 'base64')
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (transfer_id uuid, n int, fact text)
            """;

    /// One statement sees the schedule as it was before, so the order of its parts does not matter.
    /// A refresh leaves the failures of plain transfers alone, and what was withdrawn waits for the
    /// grid.
    private static final String END =
            """
            with ended as (
                select r.*, f.destination
                from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                    as r (transfer_id uuid, verdict text, full_refresh boolean, arrived jsonb, missing jsonb,
                          accept_shrink boolean, adopt boolean, ended_at timestamptz)
                join followed f on f.transfer_id = r.transfer_id
            ), forgotten as (
                delete from followed f using ended e where f.transfer_id = e.transfer_id
            ), paid as (
                delete from owed_refresh o using ended e
                where e.full_refresh and o.destination = e.destination
                    and (jsonb_exists(e.arrived, o.model)
                        or (e.verdict = 'WITHDRAWN' and jsonb_exists(e.missing, o.model)))
            ), owed as (
                insert into owed_refresh as o (destination, model, accept_shrink, adopt, failures, failed_at)
                select distinct on (e.destination, m.model)
                    e.destination, m.model, e.accept_shrink, e.adopt, 1, e.ended_at
                from ended e cross join jsonb_array_elements_text(e.missing) as m (model)
                where e.full_refresh and e.verdict = 'FAILED'
                order by e.destination, m.model, e.ended_at desc
                on conflict (destination, model) do update set
                    accept_shrink = excluded.accept_shrink, adopt = excluded.adopt,
                    failures = o.failures + 1, failed_at = greatest(o.failed_at, excluded.failed_at)
            )
            update schedule s
            set open_transfer = null,
                failures = case when e.full_refresh then s.failures
                                when e.verdict = 'FAILED' then s.failures + 1 else 0 end,
                failed_at = case when e.full_refresh then s.failed_at
                                 when e.verdict = 'FAILED' then e.ended_at end
            from ended e
            where s.open_transfer = e.transfer_id
            """;

    private static final String SILENT =
            """
            select f.transfer_id from followed f
            where f.heard_at < case when f.started then cast(cast(:started as text) as timestamptz)
                                    else cast(cast(:waiting as text) as timestamptz) end
            order by f.heard_at limit :most
            """;

    /// Until this transaction ends nobody follows another one there.
    private static final String SHUT =
            "select 1 from schedule where destination = cast(cast(:id as text) as uuid) for update";

    private static final String OPEN_AT =
            """
            select f.transfer_id from followed f
            where f.destination = cast(cast(:id as text) as uuid)
            order by f.heard_at, f.transfer_id limit :most
            """;

    Uni<Void> follow(Mutiny.StatelessSession session, List<Follow> follows, Instant now) {
        var rows = new JsonArray();
        for (var follow : follows) {
            rows.add(
                    new JsonObject()
                            .put("transfer_id", follow.transferId().toString())
                            .put("destination", follow.destination()));
        }
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(FOLLOW)
                        .setParameter("rows", rows.encode())
                        .setParameter("now", now.toString())
                        .executeUpdate()
                        .replaceWithVoid();
    }

    /// Those to `destination` that are open, and stay the only ones until this transaction ends.
    Uni<List<TransferId>> openAt(Mutiny.StatelessSession session, String destination, int most) {
        return session.createNativeQuery(SHUT, Integer.class)
                .setParameter("id", destination)
                .getResultList()
                .chain(() ->
                        session.createNativeQuery(OPEN_AT, Object.class)
                                .setParameter("id", destination)
                                .setParameter("most", most)
                                .getResultList())
                .map(rows -> rows.stream().map(id -> TransferId.parse(id.toString())).toList());
    }

    /// The kept facts of those of `transfers` that are followed.
    Uni<Map<TransferId, OpenTransfer>> open(
            Mutiny.StatelessSession session, Collection<TransferId> transfers) {
        return session.createNativeQuery(OPEN, Object[].class)
                .setParameter("ids", ids(transfers))
                .getResultList()
                .map(rows -> {
                    var open = new HashMap<TransferId, OpenTransfer>();
                    for (var row : rows) {
                        var id = TransferId.parse(row[0].toString());
                        var known = open.getOrDefault(id, OpenTransfer.UNKNOWN);
                        open.put(id, row[1] == null ? known : known.after(decode((String) row[1])));
                    }
                    return open;
                });
    }

    private static TransferFact decode(String base64) {
        try {
            return FactCodec.decode(Base64.getMimeDecoder().decode(base64));
        } catch (UndecodableException e) {
            throw new IllegalStateException(
                    "a stored fact cannot be read; was the service downgraded?", e);
        }
    }

    /// Every word counts here, also one that changes nothing: it shows that the log is not lost.
    Uni<Void> hear(Mutiny.StatelessSession session, Map<TransferId, Heard> heard) {
        var rows = new JsonArray();
        heard.forEach((id, last) ->
                rows.add(
                        new JsonObject()
                                .put("transfer_id", id.toString())
                                .put("heard_at", last.at().toString())
                                .put("started", last.started())));
        return execute(session, HEAR, rows);
    }

    /// Keeps the facts of `now` that `before` did not have.
    Uni<Void> note(
            Mutiny.StatelessSession session,
            Map<TransferId, OpenTransfer> before,
            Map<TransferId, OpenTransfer> now) {
        var rows = new JsonArray();
        now.forEach((id, transfer) -> {
            var known = before.getOrDefault(id, OpenTransfer.UNKNOWN).facts().size();
            for (var n = known; !transfer.hasEnded() && n < transfer.facts().size(); n++) {
                rows.add(
                        new JsonObject()
                                .put("transfer_id", id.toString())
                                .put("n", n)
                                .put("fact", encode(transfer.facts().get(n))));
            }
        });
        return execute(session, NOTE, rows);
    }

    /// Follows them no longer, and remembers what failed. Refreshes one by one: two of one
    /// destination may say opposite things of a model, and the later one counts.
    Uni<Void> end(Mutiny.StatelessSession session, List<Ended> ended) {
        var plain = ended.stream().filter(one -> !one.outcome().fullRefresh()).toList();
        var done = endTogether(session, plain);
        for (var one : ended) {
            if (one.outcome().fullRefresh()) {
                done = done.chain(() -> endTogether(session, List.of(one)));
            }
        }
        return done;
    }

    private static Uni<Void> endTogether(Mutiny.StatelessSession session, List<Ended> ended) {
        var rows = new JsonArray();
        for (var one : ended) {
            var outcome = one.outcome();
            rows.add(
                    new JsonObject()
                            .put("transfer_id", one.transferId().toString())
                            .put("verdict", outcome.verdict().name())
                            .put("full_refresh", outcome.fullRefresh())
                            .put("arrived", new JsonArray(outcome.arrived()))
                            .put("missing", new JsonArray(outcome.missing()))
                            .put("accept_shrink", outcome.consent().acceptShrink())
                            .put("adopt", outcome.consent().adopt())
                            .put("ended_at", one.at().toString()));
        }
        return execute(session, END, rows);
    }

    /// Those of which nothing was heard since: before `started` when a launcher had taken them,
    /// else before `waiting`.
    Uni<List<TransferId>> silent(
            Mutiny.StatelessSession session, Instant waiting, Instant started, int most) {
        return session.createNativeQuery(SILENT, Object.class)
                .setParameter("waiting", waiting.toString())
                .setParameter("started", started.toString())
                .setParameter("most", most)
                .getResultList()
                .map(rows -> rows.stream().map(id -> TransferId.parse(id.toString())).toList());
    }

    private static String encode(TransferFact fact) {
        return Base64.getEncoder().encodeToString(FactCodec.encode(fact));
    }

    private static Uni<Void> execute(Mutiny.StatelessSession session, String sql, JsonArray rows) {
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(sql)
                        .setParameter("rows", rows.encode())
                        .executeUpdate()
                        .replaceWithVoid();
    }

    private static String ids(Collection<TransferId> transfers) {
        return new JsonArray(transfers.stream().map(TransferId::toString).toList()).encode();
    }
}
