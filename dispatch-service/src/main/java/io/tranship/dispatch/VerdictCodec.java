package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a tick has decided, as the rows of its statement.
final class VerdictCodec {

    private VerdictCodec() {}

    record GrantRow(
            UUID transferId, long epoch, String destination, String recipient, TransferKind kind) {}

    record SlotRow(String resource, int n, UUID transferId) {}

    record ParkingRow(
            UUID transferId,
            String parkedOn,
            String toldOf,
            long turn,
            @Nullable Instant unknownUntil,
            @Nullable String destination,
            @Nullable String recipient) {}

    static Map<String, ?> encode(Verdicts verdicts, Instant now) {
        return Map.of(
                "now",
                now,
                "epoch",
                verdicts.epoch().number(),
                "grants",
                verdicts.dispatches().stream().map(VerdictCodec::grant).toList(),
                "slots",
                verdicts.dispatches().stream().flatMap(VerdictCodec::slots).toList(),
                "parkings",
                verdicts.parkings().stream().map(VerdictCodec::parking).toList(),
                "rejects",
                verdicts.rejects().stream().map(r -> r.waiting().id().value()).toList(),
                "settled",
                names(verdicts.settled().stream()),
                "freed",
                names(verdicts.freed().stream()));
    }

    private static GrantRow grant(Dispatch dispatch) {
        var candidate = dispatch.candidate();
        return new GrantRow(
                candidate.waiting().id().value(),
                dispatch.epoch().number(),
                candidate.destination(),
                candidate.recipient(),
                candidate.kind());
    }

    private static Stream<SlotRow> slots(Dispatch dispatch) {
        var id = dispatch.candidate().waiting().id().value();
        return dispatch.grant().slots().stream()
                .map(slot -> new SlotRow(slot.resource().name(), slot.n(), id));
    }

    private static ParkingRow parking(Verdicts.Parking parking) {
        var waiting = parking.waiting();
        return switch (parking.decision()) {
            case Decision.Park park ->
                    new ParkingRow(
                            waiting.id().value(),
                            parking.resource().name(),
                            parking.resource().name(),
                            parking.turn(),
                            null,
                            park.candidate().destination(),
                            park.candidate().recipient());
            case Decision.AwaitCatalog await ->
                    new ParkingRow(
                            waiting.id().value(),
                            parking.resource().name(),
                            parking.resource().name(),
                            parking.turn(),
                            await.unknownUntil(),
                            null,
                            null);
            case Decision.Grant _, Decision.Reject _ ->
                    throw new IllegalStateException("waits for nothing: " + parking.decision());
        };
    }

    private static List<String> names(Stream<Resource> resources) {
        return resources.map(Resource::name).distinct().toList();
    }
}
