package io.tranship.status;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Keeps the last that was heard of each run.
@ApplicationScoped
class BeatStore {

    private static final int FORGOTTEN_MAX = 5_000;

    /// A beat may come before the start of its run is folded; after the end it says nothing.
    private static final String KEEP =
            RowCodec.DOC
                    + """
                    , kept as (
                        insert into beat as b (transfer_id, run, beat_at, pid, progress, progress_at)
                        select x.transfer_id, x.run, x.beat_at, x.pid, x.progress, x.progress_at
                        from doc, jsonb_to_recordset(d -> 'beats')
                            as x(transfer_id uuid, run uuid, beat_at timestamptz, pid bigint, progress jsonb, progress_at timestamptz)
                        where not exists (select from transfer t where t.transfer_id = x.transfer_id and t.ended_at is not null)
                        order by x.transfer_id, x.run
                        on conflict (transfer_id, run) do update
                        set beat_at = greatest(b.beat_at, excluded.beat_at),
                            pid = case when excluded.pid > 0 then excluded.pid else b.pid end,
                            progress = b.progress || excluded.progress,
                            progress_at = greatest(b.progress_at, excluded.progress_at))
                    select 'done'
                    """;

    private static final String FORGET =
            RowCodec.DOC
                    + """
                    , gone as (
                        delete from beat where (transfer_id, run) in (
                            select b.transfer_id, b.run from beat b
                            where b.beat_at < (select clock_timestamp() - cast(d ->> 'kept' as interval) from doc)
                            order by b.beat_at limit (select cast(d ->> 'most' as int) from doc)))
                    select 'done'
                    """;

    Uni<Void> keep(Mutiny.StatelessSession session, Heard heard) {
        if (heard.beats().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var rows =
                heard.beats().entrySet().stream()
                        .map(entry -> BeatRow.of(entry.getKey(), entry.getValue()))
                        .toList();
        return RowCodec.tell(session, KEEP, Map.of("beats", rows));
    }

    /// Removes runs that were last heard longer ago than that, a bounded number of them.
    Uni<Void> forget(Mutiny.StatelessSession session, Duration kept) {
        return RowCodec.tell(
                session, FORGET, Map.of("kept", kept.toString(), "most", FORGOTTEN_MAX));
    }

    private record BeatRow(
            UUID transferId,
            UUID run,
            Instant beatAt,
            long pid,
            Map<String, Beat.ModelProgress> progress,
            @Nullable Instant progressAt) {

        static BeatRow of(Heard.Of of, Beat beat) {
            return new BeatRow(
                    of.transfer().value(),
                    of.run().value(),
                    beat.beatAt(),
                    beat.pid(),
                    beat.progress(),
                    beat.progressAt());
        }
    }
}
