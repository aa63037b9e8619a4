package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.Telemetry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// The room that launchers announce.
@ApplicationScoped
class LauncherStore {

    /// Part of a statement: `fleet (room)`, how many transfers live launchers take at once.
    static final String FLEET =
            """
            , fleet as (
                select cast(least(cast((select d ->> 'fleet_max' from doc) as bigint),
                                  coalesce(sum(capacity), 0)) as int) as room
                from launcher
                where heard_at > (select cast(d ->> 'alive_after' as timestamptz) from doc))
            """;

    private static final String ROOM =
            RowCodec.DOC + FLEET + "select cast(room as text) from fleet";

    private static final String ANNOUNCE =
            RowCodec.DOC
                    + """
                    , news as (
                        select x.* from doc, jsonb_to_recordset(d -> 'rooms')
                            as x(launcher text, host text, capacity int, running int, heard_at timestamptz)),
                    grown as (
                        select count(*) as n from news left join launcher l using (launcher)
                        where news.capacity > coalesce(l.capacity, 0)
                           or l.heard_at <= (select cast(d ->> 'alive_after' as timestamptz) from doc)),
                    kept as (
                        insert into launcher (launcher, host, capacity, running, heard_at)
                        select launcher, host, capacity, running, heard_at from news order by launcher
                        on conflict (launcher) do update
                        set host = excluded.host, capacity = excluded.capacity, running = excluded.running,
                            heard_at = excluded.heard_at
                        where excluded.heard_at >= launcher.heard_at)
                    select cast(n > 0 as text) from grown
                    """;

    private final DispatchConfig config;

    LauncherStore(DispatchConfig config) {
        this.config = config;
    }

    /// @param heardAt append time of the record
    record Announced(String launcher, String host, int capacity, int running, Instant heardAt) {

        static Announced of(Telemetry.LauncherRoom room, Instant heardAt) {
            return new Announced(
                    room.launcher(),
                    room.host(),
                    Math.max(0, room.capacity()),
                    room.running(),
                    heardAt);
        }
    }

    /// How many transfers live launchers take at once.
    Uni<Integer> room(Mutiny.StatelessSession session, Instant now) {
        return RowCodec.ask(
                session,
                ROOM,
                Map.of(
                        "alive_after",
                        now.minus(config.orphanAfter()),
                        "fleet_max",
                        config.fleetMax()),
                Integer.class);
    }

    /// @param rooms the last of each launcher
    /// @return whether the fleet has more room than before
    Uni<Boolean> announce(
            Mutiny.StatelessSession session, Collection<Announced> rooms, Instant now) {
        return RowCodec.ask(
                session,
                ANNOUNCE,
                Map.of("rooms", List.copyOf(rooms), "alive_after", now.minus(config.orphanAfter())),
                Boolean.class);
    }
}
