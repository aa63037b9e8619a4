package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.scheduler.DueTransfers.Due;
import io.tranship.scheduler.DueTransfers.Failed;
import io.tranship.scheduler.DueTransfers.Scheduled;
import io.tranship.scheduler.OwedRefresh.Consent;
import io.tranship.schemas.TransferId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/// When each destination was asked for last and how that ended.
@ApplicationScoped
class ScheduleStore {

    /// The destinations that could be due, and how often the organization wants them.
    record Candidates(int defaultMinutes, boolean paused, List<Scheduled> schedule) {}

    /// A scheduled transfer that is asked for.
    record Asked(Due due, TransferId transferId) {}

    private static final String ROWS =
            """
            select c.frequency_minutes, c.paused, s.destination, s.enabled, s.frequency_minutes, s.since, s.asked_at,
                s.open_transfer is not null, s.failures, s.failed_at, o.models
            """;

    private static final String OWED =
            """
            left join (
                select r.destination, cast(jsonb_agg(jsonb_build_object(
                    'model', r.model, 'accept_shrink', r.accept_shrink, 'adopt', r.adopt,
                    'failures', r.failures, 'failed_at', to_char(r.failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) as text) as models
                from owed_refresh r group by r.destination
            ) o on o.destination = s.destination
            """;

    private static final String CANDIDATES =
            ROWS
                    + """
                    from catalog c left join schedule s on s.enabled and s.open_transfer is null
                    """
                    + OWED;

    private static final String ONE =
            ROWS
                    + """
                    from catalog c cross join schedule s
                    """
                    + OWED
                    + """
                    where s.destination = cast(cast(:id as text) as uuid)
                    """;

    /// A row that another replica holds is skipped: that one asks. One that it has finished with is
    /// read as it is now, and so is no candidate any more or has its new `asked_at`.
    private static final String LOCK =
            ROWS
                    + """
                    from catalog c cross join schedule s
                    """
                    + OWED
                    + """
                    where s.enabled and s.open_transfer is null
                        and s.destination in (
                            select cast(value as uuid)
                            from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
                    order by s.destination
                    for update of s skip locked
                    """;

    /// What is asked for in the place of an owed refresh does not make up for a point of the grid.
    private static final String ASK =
            """
            with asked as (
                select * from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                    as r (destination uuid, point timestamptz, why text, transfer_id uuid)
            ), forgotten as (
                delete from asked_point p using asked a
                where p.destination = a.destination and p.why = a.why and p.point < a.point
            ), noted as (
                insert into asked_point (destination, point, why, transfer_id)
                select destination, point, why, transfer_id from asked
            ), followed as (
                insert into followed (transfer_id, destination, heard_at)
                select transfer_id, destination, cast(cast(:now as text) as timestamptz) from asked
            )
            update schedule s
            set asked_at = case when a.why = 'OWED' then s.asked_at
                                else greatest(s.asked_at, cast(cast(:now as text) as timestamptz)) end,
                open_transfer = a.transfer_id
            from asked a
            where s.destination = a.destination
            """;

    private static final String PAUSE = "update catalog set paused = :paused";
    private static final String DROP_OWED =
            """
            delete from owed_refresh o
            using jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (destination uuid, model text)
            where o.destination = r.destination and o.model = r.model
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

    /// One destination, whatever its state.
    Uni<Candidates> one(Mutiny.StatelessSession session, String destination) {
        return session.createNativeQuery(ONE, Object[].class)
                .setParameter("id", destination)
                .getResultList()
                .map(ScheduleStore::candidates);
    }

    private static Candidates candidates(List<Object[]> rows) {
        if (rows.isEmpty()) {
            return new Candidates(Drafts.DAY_MINUTES, false, List.of());
        }
        var first = rows.getFirst();
        return new Candidates(
                (Integer) first[0],
                (Boolean) first[1],
                rows.stream().filter(row -> row[2] != null).map(ScheduleStore::scheduled).toList());
    }

    private static Scheduled scheduled(Object[] row) {
        return new Scheduled(
                row[2].toString(),
                (Boolean) row[3],
                (Integer) row[4],
                instant(row[5]),
                row[6] == null ? null : instant(row[6]),
                (Boolean) row[7],
                row[9] == null ? null : new Failed((Integer) row[8], instant(row[9])),
                row[10] == null ? List.of() : owed((String) row[10]));
    }

    private static List<OwedRefresh> owed(String json) {
        return new JsonArray(json)
                .stream()
                        .map(JsonObject.class::cast)
                        .map(one ->
                                new OwedRefresh(
                                        one.getString("model"),
                                        new Consent(
                                                one.getBoolean("accept_shrink"),
                                                one.getBoolean("adopt")),
                                        new Failed(
                                                one.getInteger("failures"),
                                                Instant.parse(one.getString("failed_at")))))
                        .toList();
    }

    Uni<Void> pause(Mutiny.StatelessSession session, boolean paused) {
        return session.createNativeQuery(PAUSE)
                .setParameter("paused", paused)
                .executeUpdate()
                .replaceWithVoid();
    }

    /// Models that the destination does not take any more owe nothing.
    Uni<Void> dropOwed(Mutiny.StatelessSession session, String destination, List<String> models) {
        var rows = new JsonArray();
        for (var model : models) {
            rows.add(new JsonObject().put("destination", destination).put("model", model));
        }
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(DROP_OWED)
                        .setParameter("rows", rows.encode())
                        .executeUpdate()
                        .replaceWithVoid();
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
                            .put("why", one.due().why().name())
                            .put("transfer_id", one.transferId().toString()));
        }
        return session.createNativeQuery(ASK)
                .setParameter("rows", rows.encode())
                .setParameter("now", now.toString())
                .executeUpdate()
                .replaceWithVoid();
    }
}
