package io.tranship.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads transfers for those who ask.
@ApplicationScoped
class TransferStore {

    /// A place in the queue beyond this is not counted out.
    static final int POSITION_MAX = 10_000;

    private static final int HOLDERS_MAX = 20;
    static final int CHANGED_MAX = 500;
    static final int FACTS_MAX = 1_000;

    /// The record with what is known beside it; `t` is the transfer.
    private static final String BESIDE =
            """
            'record', t.record,
            'beat', (select to_jsonb(b) from beat b where b.transfer_id = t.transfer_id and b.run = t.run)
            """;

    /// Of many: place and holders would have to be counted for each.
    private static final String BRIEF = "jsonb_build_object(%s)".formatted(BESIDE);

    private static final String SHOWN =
            """
            jsonb_build_object(%s,
                'position', case when t.waits_for is not null then
                    (select 1 + count(*) from (
                        select from transfer w
                        where w.waits_for = t.waits_for and (w.submitted_at, w.transfer_id) < (t.submitted_at, t.transfer_id)
                        limit %d) earlier) end,
                'holders', case when t.waits_for is not null then
                    (select jsonb_agg(h.transfer_id) from (
                        select h.transfer_id from transfer h
                        where h.holds @> array[t.waits_for] and h.ended_at is null and h.epoch is not null
                        order by h.submitted_at, h.transfer_id limit %d) h) end)
            """
                    .formatted(BESIDE, POSITION_MAX, HOLDERS_MAX);

    private static final String ONE =
            "select cast(%s as text) from transfer t where t.transfer_id = cast(cast(:id as text) as uuid)"
                    .formatted(SHOWN);

    private static final String CLOCK = "select clock_timestamp()";

    private static final String CHANGED =
            """
            select t.transfer_id, t.changed_at from transfer t
            where (t.changed_at, t.transfer_id) >
                (cast(cast(:since as text) as timestamptz), cast(cast(:after as text) as uuid))
            order by t.changed_at, t.transfer_id limit %d
            """
                    .formatted(CHANGED_MAX);

    private static final String THESE =
            """
            select cast(%s as text)
            from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)) with ordinality as x(id, n)
            join transfer t on t.transfer_id = cast(x.id as uuid)
            order by x.n
            """
                    .formatted(BRIEF);

    private static final String FACTS =
            """
            select cast(jsonb_build_object(
                'n', f.n, 'appended_at', f.appended_at, 'partition', f.partition, 'log_offset', f.log_offset,
                'void', f.void, 'bytes', encode(f.bytes, 'hex')) as text)
            from fact f where f.transfer_id = cast(cast(:id as text) as uuid) and f.n > :after
            order by f.n limit :most
            """;

    /// Of each model the latest transfer that proved it, unless a purge came after it.
    private static final String COVERAGE =
            """
            select cast(jsonb_build_object('transfer_id', x.transfer_id, 'ended_at', x.ended_at, 'report', x.report) as text)
            from (select distinct on (r.report ->> 'model') t.transfer_id, t.ended_at, t.kind, r.report
                  from (select t.transfer_id, t.ended_at, t.kind, t.record from transfer t
                        where (t.destination_id = :destination or t.destination_name = :destination)
                          and t.ended_at is not null and t.kind in ('TRANSFER', 'PURGE')
                        order by t.submitted_at desc limit 500) t
                       cross join jsonb_array_elements(t.record -> 'model_results') r(report)
                  where r.report ->> 'outcome' in ('SUCCESS', 'SKIPPED')
                    and r.report ->> 'watermark_basis' is not null
                    and cast(r.report ->> 'rows_read' as bigint)
                        = cast(r.report ->> 'rows_written' as bigint) + cast(r.report ->> 'rows_quarantined' as bigint)
                  order by r.report ->> 'model', t.ended_at desc) x
            where x.kind = 'TRANSFER'
            order by x.report ->> 'model'
            """;

    private final Outbox outbox;

    TransferStore(Outbox outbox) {
        this.outbox = outbox;
    }

    Uni<@Nullable Transfer> find(TransferId id) {
        return outbox.read(session ->
                session.createNativeQuery(ONE, String.class)
                        .setParameter("id", id.toString())
                        .getSingleResultOrNull()
                        .map(text -> text == null ? null : shown(text)));
    }

    /// One more than the page, so that it is known whether another follows.
    Uni<List<Transfer>> list(TransferQuery query) {
        var filter = TransferFilter.of(query);
        var sql =
                """
                select cast(%s as text)
                from (select * from transfer t where %s order by %s limit :most) t
                order by %s
                """
                        .formatted(BRIEF, filter.where(), filter.order(), filter.order());
        return outbox.read(session -> {
            var asked =
                    session.createNativeQuery(sql, String.class)
                            .setParameter("most", query.pageSize() + 1);
            filter.values().forEach(asked::setParameter);
            return asked.getResultList()
                    .map(rows -> rows.stream().map(text -> shown(text)).toList());
        });
    }

    /// The time by which changes are stamped.
    Uni<Instant> clock() {
        return outbox.read(session ->
                session.createNativeQuery(CLOCK, OffsetDateTime.class)
                        .getSingleResult()
                        .map(OffsetDateTime::toInstant));
    }

    /// A page of what changed since then, the oldest change first.
    ///
    /// @param after the last one of the page before; null for the first page
    Uni<List<Changes.Change>> changed(Instant since, Changes.@Nullable Change after) {
        return outbox.read(session ->
                session.createNativeQuery(CHANGED, Object[].class)
                        .setParameter(
                                "since", (after == null ? since : after.changedAt()).toString())
                        .setParameter(
                                "after",
                                (after == null ? new UUID(0, 0) : after.transferId()).toString())
                        .getResultList()
                        .map(rows ->
                                rows.stream()
                                        .map(row ->
                                                new Changes.Change(
                                                        UUID.fromString(row[0].toString()),
                                                        ((OffsetDateTime) row[1]).toInstant()))
                                        .toList()));
    }

    /// These, in their order, as they are now and without what would have to be counted.
    Uni<List<Transfer>> these(List<UUID> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(List.of())
                : outbox.read(session ->
                        session.createNativeQuery(THESE, String.class)
                                .setParameter("ids", RowCodec.write(ids))
                                .getResultList()
                                .map(rows -> rows.stream().map(TransferStore::shown).toList()));
    }

    /// @param type in the published language
    /// @param n its place in the history
    /// @param isVoid it came too late, or from a run that does not count
    record FactRow(
            long n,
            String type,
            Instant appendedAt,
            int partition,
            long offset,
            boolean isVoid,
            TransferFact fact) {}

    /// In the order of the log, behind place `after`. Empty when there is no such transfer, or no
    /// more.
    Uni<List<FactRow>> facts(TransferId id, long after, int most) {
        return outbox.read(session ->
                session.createNativeQuery(FACTS, String.class)
                        .setParameter("id", id.toString())
                        .setParameter("after", after)
                        .setParameter("most", most)
                        .getResultList()
                        .map(rows -> rows.stream().map(TransferStore::fact).toList()));
    }

    /// The last proven report of a model at a destination.
    record Covered(UUID transferId, Instant endedAt, Transfer.ModelReport report) {}

    Uni<List<Covered>> coverage(String destination) {
        return outbox.read(session ->
                session.createNativeQuery(COVERAGE, String.class)
                        .setParameter("destination", destination)
                        .getResultList()
                        .map(rows ->
                                rows.stream()
                                        .map(text -> RowCodec.read(text, Covered.class))
                                        .toList()));
    }

    private static FactRow fact(String text) {
        var row = RowCodec.read(text, StoredFact.class);
        var logged = ArrivalCodec.logged(row.bytes(), row.appendedAt());
        return new FactRow(
                row.n(),
                FactCodec.type(logged.fact()),
                row.appendedAt(),
                row.partition(),
                row.logOffset(),
                row.isVoid(),
                logged.fact());
    }

    private static Transfer shown(String text) {
        var row = RowCodec.read(text, ShownRow.class);
        var holders = row.holders() == null ? List.<UUID>of() : row.holders();
        return row.record().with(row.beat(), holders, row.position());
    }

    private record StoredFact(
            long n,
            Instant appendedAt,
            int partition,
            long logOffset,
            @JsonProperty("void") boolean isVoid,
            String bytes) {}

    private record ShownRow(
            Transfer record,
            @Nullable Beat beat,
            @Nullable Integer position,
            @Nullable List<UUID> holders) {}
}
