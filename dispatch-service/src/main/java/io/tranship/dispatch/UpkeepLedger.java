package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// Forgets what nobody can ask for any more, and counts what is there.
@ApplicationScoped
class UpkeepLedger {

    private static final int FORGOTTEN_MAX = 5_000;

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
