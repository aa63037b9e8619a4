package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Takes transfers into the queue, each of them once.
@ApplicationScoped
class QueueLedger {

    /// In the order of ids, so that two replicas that take the same ones in do not lock each other
    /// out. `is true` keeps what is known a hashed set: joined, each row would be compared with
    /// each.
    private static final String INSERT =
            RowCodec.DOC
                    + """
                    , news as (
                        select x.* from doc, jsonb_to_recordset(d -> 'rows')
                            as x(transfer_id uuid, kind text, request text, submitted_at timestamptz,
                                 expires_at timestamptz, destination text, recipient text)),
                    known as (
                        insert into transfer (transfer_id, kind)
                        select transfer_id, kind from news order by transfer_id
                        on conflict do nothing returning transfer_id),
                    queued as (
                        insert into queue (transfer_id, kind, request, submitted_at, expires_at, destination, recipient)
                        select transfer_id, kind, decode(request, 'hex'), submitted_at, expires_at, destination, recipient
                        from news where (transfer_id in (select transfer_id from known)) is true)
                    select cast(coalesce(jsonb_agg(transfer_id), '[]') as text) from known
                    """;

    private record Row(
            UUID transferId,
            TransferKind kind,
            String request,
            Instant submittedAt,
            Instant expiresAt,
            @Nullable String destination,
            @Nullable String recipient) {

        static Row of(Requested requested) {
            var target = requested.target();
            return new Row(
                    requested.transferId().value(),
                    requested.request().kind(),
                    HexFormat.of().formatHex(RequestCodec.encode(requested.request())),
                    requested.submittedAt(),
                    requested.expiresAt(),
                    target == null ? null : target.destinationId(),
                    target == null ? null : target.recipientId());
        }
    }

    /// @param requested at most one of each transfer
    /// @return those that were not known before
    Uni<Set<UUID>> insert(Mutiny.StatelessSession session, Collection<Requested> requested) {
        if (requested.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return RowCodec.ask(
                        session,
                        INSERT,
                        Map.of("rows", requested.stream().map(Row::of).toList()),
                        UUID[].class)
                .map(ids -> Set.of(ids));
    }
}
