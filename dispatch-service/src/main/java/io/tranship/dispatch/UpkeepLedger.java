package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/// Forgets what nobody can ask for any more, and counts what is there.
@ApplicationScoped
class UpkeepLedger {

    private static final int FORGOTTEN_MAX = 5_000;
    private static final int OPEN_LOOKED_AT_MAX = 2_000;

    /// The most drift that one look tells of.
    static final int DRIFT_MAX = 100;

    private static final String FORGET =
            RowCodec.DOC
                    + """
                    , p as (select cast(d ->> 'before' as timestamptz) as before, cast(d ->> 'most' as int) as most from doc),
                    forgotten as (
                        delete from transfer where transfer_id in (
                            select transfer_id from transfer where over_at < (select before from p)
                            order by over_at limit (select most from p))
                        returning 1),
                    silent as (
                        delete from launcher where heard_at < (select before from p))
                    select cast((select count(*) from forgotten) as text)
                    """;

    /// Of what is dispatched all is looked at, of open transfers some each time, going round.
    private static final String DRIFT =
            RowCodec.DOC
                    + """
                    , open as (
                        select t.transfer_id from transfer t
                        where t.over_at is null
                          and t.transfer_id > (select cast(d ->> 'after' as uuid) from doc)
                        order by t.transfer_id limit (select cast(d ->> 'looked_at' as int) from doc)),
                    found as (
                        select 'OVER_AND_HOLDS' as kind, p.transfer_id
                        from dispatched p join transfer t using (transfer_id) where t.over_at is not null
                        union all
                        select 'OTHER_EPOCH', p.transfer_id
                        from dispatched p join transfer t using (transfer_id)
                        where t.over_at is null and t.epoch is distinct from p.epoch
                        union all
                        select 'DISPATCHED_WITHOUT_SLOTS', p.transfer_id from dispatched p
                        where not exists (select 1 from slot s where s.transfer_id = p.transfer_id)
                        union all
                        select distinct 'SLOTS_WITHOUT_DISPATCH', s.transfer_id from slot s
                        where not exists (select 1 from dispatched p where p.transfer_id = s.transfer_id)
                        union all
                        select 'WAITS_AND_HOLDS', p.transfer_id from dispatched p join queue q using (transfer_id)
                        union all
                        select 'NOWHERE', o.transfer_id from open o
                        where not exists (select 1 from queue q where q.transfer_id = o.transfer_id)
                          and not exists (select 1 from dispatched p where p.transfer_id = o.transfer_id))
                    select cast(jsonb_build_object(
                        'found', coalesce((
                            select jsonb_agg(jsonb_build_object('kind', f.kind, 'transfer_id', f.transfer_id))
                            from (select * from found limit (select cast(d ->> 'most' as int) from doc)) f), '[]'),
                        'last', coalesce(
                            (select transfer_id from open order by transfer_id
                             offset (select cast(d ->> 'looked_at' as int) - 1 from doc) limit 1),
                            '00000000-0000-0000-0000-000000000000')) as text)
                    """;

    private static final String DEPTH =
            RowCodec.DOC
                    + LauncherStore.FLEET
                    + """
                    select cast(jsonb_build_object(
                        'waiting', (select count(*) from queue),
                        'running', (select count(*) from dispatched),
                        'slots', (select count(*) from slot),
                        'fleet_room', (select room from fleet)) as text)
                    """;

    private final DispatchConfig config;

    UpkeepLedger(DispatchConfig config) {
        this.config = config;
    }

    record Depth(long waiting, long running, long slots, long fleetRoom) {}

    /// @return how many transfers were forgotten
    Uni<Integer> forget(Mutiny.StatelessSession session, Instant now) {
        return RowCodec.ask(
                session,
                FORGET,
                Map.of("before", now.minus(config.remember()), "most", FORGOTTEN_MAX),
                Integer.class);
    }

    /// @param after where the last look at open transfers ended
    Uni<Drift> drift(Mutiny.StatelessSession session, UUID after) {
        return RowCodec.ask(
                session,
                DRIFT,
                Map.of("after", after, "looked_at", OPEN_LOOKED_AT_MAX, "most", DRIFT_MAX),
                Drift.class);
    }

    Uni<Depth> depth(Mutiny.StatelessSession session, Instant now) {
        return RowCodec.ask(
                session,
                DEPTH,
                Map.of(
                        "alive_after",
                        now.minus(config.orphanAfter()),
                        "fleet_max",
                        config.fleetMax()),
                Depth.class);
    }
}
