package io.tranship.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.mutiny.Uni;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/// Keeps facts and the records that are folded from them: one read and one write per batch.
@ApplicationScoped
class RecordStore {

    /// What is known is looked up once for the batch, and not once for each transfer of it.
    private static final String LOAD =
            RowCodec.DOC
                    + """
                    , arriving as (
                        select x.* from doc, jsonb_to_recordset(d -> 'arriving') as x(transfer_id uuid, digest text)),
                    touched as (
                        select t.transfer_id, t.seen_at from transfer t
                        where t.transfer_id in (select a.transfer_id from arriving a)),
                    known as (
                        select a.transfer_id, jsonb_agg(a.digest) as digests
                        from arriving a join fact f on f.transfer_id = a.transfer_id and f.digest = decode(a.digest, 'hex')
                        group by a.transfer_id)
                    select cast(coalesce(jsonb_agg(jsonb_build_object(
                        'transfer_id', t.transfer_id,
                        'seen_at', t.seen_at,
                        'deciding', coalesce((
                            select jsonb_agg(jsonb_build_object(
                                       'digest', encode(f.digest, 'hex'), 'bytes', encode(f.bytes, 'hex'),
                                       'appended_at', f.appended_at) order by f.n)
                            from fact f where f.transfer_id = t.transfer_id and f.deciding), '[]'),
                        'known', coalesce(k.digests, '[]'))), '[]') as text)
                    from touched t left join known k on k.transfer_id = t.transfer_id
                    """;

    /// Rows in the order of their ids, so that two writers never wait for each other.
    private static final String WRITE =
            RowCodec.DOC
                    + """
                    , kept as (
                        insert into fact (transfer_id, type, appended_at, partition, log_offset, digest, void, deciding, bytes)
                        select x.transfer_id, x.type, x.appended_at, x.partition, x.log_offset, decode(x.digest, 'hex'),
                               x.void, x.deciding, decode(x.bytes, 'hex')
                        from doc, rows from (jsonb_to_recordset(d -> 'facts')
                                as (transfer_id uuid, type text, appended_at timestamptz, partition int, log_offset bigint,
                                    digest text, void boolean, deciding boolean, bytes text))
                            with ordinality as x(transfer_id, type, appended_at, partition, log_offset, digest, void, deciding, bytes, n)
                        order by x.n
                        on conflict (transfer_id, digest) do nothing),
                    superseded as (
                        update fact f set deciding = false
                        from doc, jsonb_to_recordset(d -> 'superseded') as x(transfer_id uuid, digest text)
                        where f.transfer_id = x.transfer_id and f.digest = decode(x.digest, 'hex')),
                    folded as (
                        insert into transfer (transfer_id, status, kind, destination_id, destination_name, recipient_id, source_ids,
                                models, tags, seen_at, submitted_at, started_at, ended_at, expires_at, start_by, epoch, run,
                                cancel_requested, waits_for, holds, record, changed_at)
                        select x.transfer_id, x.status, x.kind, x.destination_id, x.destination_name, x.recipient_id, x.source_ids,
                                x.models, x.tags, x.seen_at, x.submitted_at, x.started_at, x.ended_at, x.expires_at, x.start_by,
                                x.epoch, x.run, x.cancel_requested, x.waits_for, x.holds, x.record, clock_timestamp()
                        from doc, jsonb_to_recordset(d -> 'transfers')
                            as x(transfer_id uuid, status text, kind text, destination_id text, destination_name text,
                                 recipient_id text, source_ids text[], models text[], tags jsonb, seen_at timestamptz,
                                 submitted_at timestamptz, started_at timestamptz, ended_at timestamptz, expires_at timestamptz,
                                 start_by timestamptz, epoch bigint, run uuid, cancel_requested boolean, waits_for text,
                                 holds text[], record jsonb)
                        order by x.transfer_id
                        on conflict (transfer_id) do update
                        set (status, kind, destination_id, destination_name, recipient_id, source_ids, models, tags, seen_at,
                             submitted_at, started_at, ended_at, expires_at, start_by, epoch, run, cancel_requested, waits_for,
                             holds, record, changed_at) =
                            (excluded.status, excluded.kind, excluded.destination_id, excluded.destination_name,
                             excluded.recipient_id, excluded.source_ids, excluded.models, excluded.tags, excluded.seen_at,
                             excluded.submitted_at, excluded.started_at, excluded.ended_at, excluded.expires_at,
                             excluded.start_by, excluded.epoch, excluded.run, excluded.cancel_requested, excluded.waits_for,
                             excluded.holds, excluded.record, excluded.changed_at))
                    select 'done'
                    """;

    private static final String ALL_FACTS =
            RowCodec.DOC
                    + """
                    select cast(coalesce(jsonb_agg(jsonb_build_object(
                        'digest', encode(f.digest, 'hex'), 'bytes', encode(f.bytes, 'hex'), 'appended_at', f.appended_at)
                        order by f.n), '[]') as text)
                    from doc, fact f where f.transfer_id = cast(d ->> 'transfer_id' as uuid)
                    """;

    /// Folds `arrivals` on, each transfer's in their order.
    ///
    /// @return how many of them were not known before
    Uni<Integer> fold(Mutiny.StatelessSession session, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        var arriving = arrivals.stream().map(a -> new Known(idOf(a).value(), a.digest())).toList();
        return RowCodec.ask(session, LOAD, Map.of("arriving", arriving), LogRow[].class)
                .map(loaded -> folded(List.of(loaded), arrivals))
                .chain(folded -> folded.write(session));
    }

    /// Makes a record anew from all its facts. Any time, and with the same result.
    Uni<Void> refold(Mutiny.StatelessSession session, TransferId id) {
        return RowCodec.ask(session, ALL_FACTS, Map.of("transfer_id", id.value()), KeptRow[].class)
                .chain(facts -> {
                    var log = TransferRecord.fold(logged(facts));
                    return RowCodec.tell(
                            session,
                            WRITE,
                            doc(List.of(), List.of(), List.of(TransferRow.of(log))));
                });
    }

    private static List<LoggedFact> logged(KeptRow[] facts) {
        return Arrays.stream(facts)
                .map(kept -> ArrivalCodec.logged(kept.bytes(), kept.appendedAt()))
                .toList();
    }

    private static Folded folded(Collection<LogRow> loaded, List<Arrival> arrivals) {
        var logs = new LinkedHashMap<TransferId, TransferLog>();
        for (var row : loaded) {
            logs.put(new TransferId(row.transferId()), row.log());
        }
        var fresh = new LinkedHashMap<String, Arrival>();
        for (var arrival : arrivals) {
            var log =
                    logs.computeIfAbsent(
                            idOf(arrival),
                            id ->
                                    new TransferLog(
                                            id,
                                            arrival.logged().appendedAt(),
                                            List.of(),
                                            List.of()));
            if (log.add(arrival.digest(), arrival.logged())) {
                fresh.put(arrival.digest(), arrival);
            }
        }
        return new Folded(logs, fresh);
    }

    private static TransferId idOf(Arrival arrival) {
        return arrival.logged().fact().transferId();
    }

    private static Map<String, ?> doc(
            List<FactRow> facts, List<Known> superseded, List<TransferRow> transfers) {
        return Map.of("facts", facts, "superseded", superseded, "transfers", transfers);
    }

    /// What one batch came to.
    private record Folded(Map<TransferId, TransferLog> logs, Map<String, Arrival> fresh) {

        Uni<Integer> write(Mutiny.StatelessSession session) {
            var facts = new ArrayList<FactRow>();
            var superseded = new ArrayList<Known>();
            var transfers = new ArrayList<TransferRow>();
            logs.forEach((id, log) -> {
                if (log.added().isEmpty()) {
                    return;
                }
                for (var entry : log.added()) {
                    var stillDecides =
                            entry.decides() && !log.superseded().contains(entry.digest());
                    facts.add(FactRow.of(fresh.get(entry.digest()), entry.isVoid(), stillDecides));
                }
                log.superseded().forEach(digest -> superseded.add(new Known(id.value(), digest)));
                transfers.add(TransferRow.of(log.record()));
            });
            return facts.isEmpty()
                    ? Uni.createFrom().item(0)
                    : RowCodec.tell(session, WRITE, doc(facts, superseded, transfers))
                            .replaceWith(facts.size());
        }
    }

    private record Known(UUID transferId, String digest) {}

    private record KeptRow(String digest, String bytes, Instant appendedAt) {}

    private record LogRow(
            UUID transferId, Instant seenAt, List<KeptRow> deciding, List<String> known) {

        TransferLog log() {
            return new TransferLog(
                    new TransferId(transferId),
                    seenAt,
                    deciding.stream()
                            .map(k -> ArrivalCodec.kept(k.digest(), k.bytes(), k.appendedAt()))
                            .toList(),
                    known);
        }
    }

    private record FactRow(
            UUID transferId,
            String type,
            Instant appendedAt,
            int partition,
            long logOffset,
            String digest,
            @JsonProperty("void") boolean isVoid,
            boolean deciding,
            String bytes) {

        static FactRow of(Arrival arrival, boolean isVoid, boolean deciding) {
            var fact = arrival.logged().fact();
            return new FactRow(
                    fact.transferId().value(),
                    FactCodec.type(fact),
                    arrival.logged().appendedAt(),
                    arrival.partition(),
                    arrival.offset(),
                    arrival.digest(),
                    isVoid,
                    deciding,
                    HexFormat.of().formatHex(arrival.bytes()));
        }
    }
}
