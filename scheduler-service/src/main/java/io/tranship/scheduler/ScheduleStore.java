package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.DueTransfers.Scheduled;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// When each destination was asked for last, and which scheduled transfer is still open.
@ApplicationScoped
class ScheduleStore {

    /// The destinations that could be due, and how often the organization wants them.
    record Candidates(int defaultMinutes, List<Scheduled> schedule) {}

    /// A scheduled transfer that is asked for.
    record Asked(Due due, TransferId transferId) {}

    private static final String CANDIDATES =
            """
            select c.frequency_minutes, s.destination, s.frequency_minutes, s.since, s.asked_at
            from catalog c left join schedule s on s.enabled and s.open_transfer is null
            """;

    /// A row that another replica holds is skipped: that one asks. One that it has finished with is
    /// read as it is now, and so is no candidate any more or has its new `asked_at`.
    private static final String LOCK =
            """
            select c.frequency_minutes, s.destination, s.frequency_minutes, s.since, s.asked_at
            from catalog c, schedule s
            where s.enabled and s.open_transfer is null
                and s.destination in (
                    select cast(value as uuid)
                    from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            order by s.destination
            for update of s skip locked
            """;

    private static final String ASK =
            """
            with asked as (
                select * from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                    as r (destination uuid, point timestamptz, transfer_id uuid)
            ), forgotten as (
                delete from asked_point p using asked a
                where p.destination = a.destination and p.point < a.point
            ), noted as (
                insert into asked_point (destination, point, transfer_id)
                select destination, point, transfer_id from asked
            )
            update schedule s
            set asked_at = greatest(s.asked_at, cast(cast(:now as text) as timestamptz)), open_transfer = a.transfer_id
            from asked a
            where s.destination = a.destination
            """;
    private static final String OPEN =
            """
            select s.open_transfer, encode(f.fact, 'base64')
            from schedule s left join open_fact f on f.transfer_id = s.open_transfer
            where s.open_transfer in (
                select cast(value as uuid)
                from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            order by f.n
            """;
    private static final String NOTE =
            """
            insert into open_fact (transfer_id, n, fact)
            select transfer_id, n, decode(fact, 'base64')
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (transfer_id uuid, n int, fact text)
            """;
    private static final String FORGET =
            """
            delete from open_fact where transfer_id in (
                select cast(value as uuid)
                from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            """;
    private static final String CLOSE =
            """
            update schedule set open_transfer = null where open_transfer in (
                select cast(value as uuid)
                from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            """;

    Uni<Candidates> candidates(Mutiny.StatelessSession session) {
        return session.createNativeQuery(CANDIDATES, Object[].class)
                .getResultList()
                .map(ScheduleStore::candidates);
    }

    /// Those of `destinations` that still are candidates, locked until the transaction ends.
    Uni<Candidates> lock(Mutiny.StatelessSession session, List<String> destinations) {
        return session.createNativeQuery(LOCK, Object[].class)
                .setParameter("ids", new JsonArray(destinations).encode())
                .getResultList()
                .map(ScheduleStore::candidates);
    }

    private static Candidates candidates(List<Object[]> rows) {
        var schedule = new ArrayList<Scheduled>();
        for (var row : rows) {
            if (row[1] != null) {
                schedule.add(
                        new Scheduled(
                                row[1].toString(),
                                true,
                                (Integer) row[2],
                                instant(row[3]),
                                row[4] == null ? null : instant(row[4]),
                                false));
            }
        }
        return new Candidates(
                rows.isEmpty() ? Drafts.DAY_MINUTES : (Integer) rows.getFirst()[0], schedule);
    }

    private static Instant instant(Object time) {
        return ((OffsetDateTime) time).toInstant();
    }

    Uni<Void> ask(Mutiny.StatelessSession session, List<Asked> asked, Instant now) {
        var rows = new JsonArray();
        for (var one : asked) {
            rows.add(
                    new JsonObject()
                            .put("destination", one.due().destination())
                            .put("point", one.due().point().toString())
                            .put("transfer_id", one.transferId().toString()));
        }
        return session.createNativeQuery(ASK)
                .setParameter("rows", rows.encode())
                .setParameter("now", now.toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    /// The kept facts of those of `transfers` that are open scheduled ones.
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

    /// Keeps what of open transfers is needed to know their end, and closes what has ended.
    Uni<Void> keep(Mutiny.StatelessSession session, Map<TransferId, OpenTransfer> transfers) {
        var ended =
                transfers.entrySet().stream()
                        .filter(entry -> entry.getValue().hasEnded())
                        .map(Map.Entry::getKey)
                        .toList();
        var rows = new JsonArray();
        transfers.forEach((id, transfer) -> {
            for (var n = 0; !transfer.hasEnded() && n < transfer.facts().size(); n++) {
                rows.add(
                        new JsonObject()
                                .put("transfer_id", id.toString())
                                .put("n", n)
                                .put("fact", encode(transfer.facts().get(n))));
            }
        });
        return execute(session, FORGET, "ids", ids(transfers.keySet()))
                .chain(() -> execute(session, NOTE, "rows", rows.encode()))
                .chain(() -> execute(session, CLOSE, "ids", ids(ended)));
    }

    private static String encode(TransferFact fact) {
        return Base64.getEncoder().encodeToString(FactCodec.encode(fact));
    }

    private static Uni<Void> execute(
            Mutiny.StatelessSession session, String sql, String parameter, String json) {
        return json.equals("[]")
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(sql)
                        .setParameter(parameter, json)
                        .executeUpdate()
                        .replaceWithVoid();
    }

    private static String ids(Collection<TransferId> transfers) {
        return new JsonArray(transfers.stream().map(TransferId::toString).toList()).encode();
    }
}
