package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.schemas.TransferId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Answers why something waits, and what would start. Nobody needs it to make progress.
@Path("/dispatch")
@Produces(MediaType.APPLICATION_JSON)
public class DispatchResource {

    private final Outbox outbox;
    private final CatalogStore catalogs;
    private final AdmissionLedger ledger;
    private final LauncherStore launchers;
    private final WaitingStore waits;
    private final DispatchConfig config;
    private final InstantSource clock;

    DispatchResource(
            Outbox outbox,
            CatalogStore catalogs,
            AdmissionLedger ledger,
            LauncherStore launchers,
            WaitingStore waits,
            DispatchConfig config,
            InstantSource clock) {
        this.outbox = outbox;
        this.catalogs = catalogs;
        this.ledger = ledger;
        this.launchers = launchers;
        this.waits = waits;
        this.config = config;
        this.clock = clock;
    }

    public record BlockedBy(String resource, int limit, List<UUID> holders, long position) {}

    public record Waiting(
            UUID transferId,
            String submittedAt,
            String expiresAt,
            @Nullable String parkedOn,
            List<BlockedBy> blockedBy) {}

    public record Start(
            UUID transferId, String destination, String submittedAt, List<String> slots) {}

    public record Stay(UUID transferId, String destination, String resource, int limit) {}

    /// @param lookedAt how many waiting transfers the answer is about
    /// @param more others, that came later, wait too
    public record WhatIf(
            int lookedAt, boolean more, List<Start> wouldStart, List<Stay> wouldWait) {}

    @GET
    @Path("/waiting/{transferId}")
    public Uni<Waiting> waiting(@PathParam("transferId") String transferId) {
        var id = parse(transferId);
        return outbox.read(session ->
                waits.find(session, id)
                        .chain(waiting -> {
                            if (waiting == null) {
                                throw Problem.notFound(
                                        "transfer %s does not wait here: it runs, is over, or was never asked for"
                                                .formatted(id));
                            }
                            return explain(session, waiting);
                        }));
    }

    @GET
    @Path("/what-if")
    public Uni<WhatIf> whatIf(
            @QueryParam("destination") @Nullable String destination,
            @QueryParam("resource") @Nullable String resource,
            @QueryParam("limit") @Nullable Integer limit) {
        if (limit != null && resource == null) {
            throw Problem.badRequest("resource", "a limit needs the resource that it is of");
        }
        if (limit != null && limit < 0) {
            throw Problem.badRequest("limit", "limit %d is negative".formatted(limit));
        }
        return outbox.read(session ->
                catalogs.current(session)
                        .chain(catalog -> {
                            var at = destination == null ? null : catalog.destination(destination);
                            if (destination != null && at == null) {
                                throw Problem.notFound(
                                        "the catalog has no destination '%s'"
                                                .formatted(destination));
                            }
                            var named = resource == null ? null : catalog.resource(resource);
                            return waits.line(session, named, at == null ? null : at.id())
                                    .chain(line -> suppose(session, catalog, line, named, limit));
                        }));
    }

    private Uni<WhatIf> suppose(
            Mutiny.StatelessSession session,
            Catalog catalog,
            List<WaitingTransfer> line,
            @Nullable Resource resource,
            @Nullable Integer limit) {
        var now = clock.instant();
        var supposed = resource == null || limit == null ? null : new Need(resource, limit);
        var candidates =
                Roster.of(line, catalog, now, config.unknownNames()).candidates().stream()
                        .map(candidate -> candidate.supposing(supposed))
                        .toList();
        return launchers
                .room(session, now)
                .chain(room ->
                        ledger.holdings(session, candidates, now)
                                .map(holdings ->
                                        Admission.decide(
                                                candidates,
                                                holdings,
                                                room,
                                                now.minus(config.waitBound()))))
                .map(decisions -> whatIf(decisions, line.size() >= WaitingStore.WAITING_MAX));
    }

    private static WhatIf whatIf(List<Decision> decisions, boolean more) {
        return new WhatIf(
                decisions.size(),
                more,
                decisions.stream()
                        .filter(Decision.Grant.class::isInstance)
                        .map(Decision.Grant.class::cast)
                        .map(DispatchResource::start)
                        .toList(),
                decisions.stream()
                        .filter(Decision.Park.class::isInstance)
                        .map(Decision.Park.class::cast)
                        .map(park ->
                                new Stay(
                                        park.waiting().id().value(),
                                        park.candidate().resolved().destination().name(),
                                        park.resource().name(),
                                        park.limit()))
                        .toList());
    }

    private static Start start(Decision.Grant grant) {
        return new Start(
                grant.waiting().id().value(),
                grant.candidate().resolved().destination().name(),
                grant.waiting().submittedAt().toString(),
                grant.slots().stream().map(slot -> slot.resource().name()).toList());
    }

    private Uni<Waiting> explain(Mutiny.StatelessSession session, WaitingTransfer waiting) {
        return catalogs.current(session)
                .chain(catalog ->
                        switch (catalog.resolve(waiting.request())) {
                            case Resolution.Resolved resolved ->
                                    obstacles(session, new Candidate(waiting, resolved));
                            case Resolution.Ahead _, Resolution.Unresolved _ ->
                                    Uni.createFrom().item(List.of(new Need(Resource.CATALOG, 0)));
                        })
                .chain(obstacles -> places(session, waiting, obstacles))
                .map(blockedBy ->
                        new Waiting(
                                waiting.id().value(),
                                waiting.submittedAt().toString(),
                                waiting.expiresAt().toString(),
                                waiting.parkedOn() == null ? null : waiting.parkedOn().name(),
                                blockedBy));
    }

    private Uni<List<Need>> obstacles(Mutiny.StatelessSession session, Candidate candidate) {
        var now = clock.instant();
        return launchers
                .room(session, now)
                .chain(room ->
                        ledger.holdings(session, List.of(candidate), now)
                                .map(holdings -> Admission.obstacles(candidate, holdings, room)));
    }

    private Uni<List<BlockedBy>> places(
            Mutiny.StatelessSession session, WaitingTransfer waiting, List<Need> obstacles) {
        return waits.places(session, waiting, obstacles.stream().map(Need::resource).toList())
                .map(places -> {
                    var byName =
                            places.stream()
                                    .collect(
                                            Collectors.toMap(
                                                    WaitingStore.Place::resource,
                                                    Function.identity()));
                    return obstacles.stream().map(need -> blockedBy(need, byName)).toList();
                });
    }

    private static BlockedBy blockedBy(Need need, Map<String, WaitingStore.Place> byName) {
        var place = byName.get(need.resource().name());
        return place == null
                ? new BlockedBy(need.resource().name(), need.limit(), List.of(), 1)
                : new BlockedBy(
                        need.resource().name(), need.limit(), place.holders(), place.position());
    }

    private static TransferId parse(String text) {
        try {
            return TransferId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("transfer_id", e.getMessage());
        }
    }
}
