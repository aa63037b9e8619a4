package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;
import java.time.Instant;
import java.util.HashMap;
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

    record ReservationRow(
            String resource, UUID transferId, Instant submittedAt, Instant expiresAt) {}

    static Map<String, ?> encode(Verdicts verdicts, Instant now) {
        var doc = new HashMap<String, Object>();
        doc.put("now", now);
        doc.put("epoch", verdicts.epoch().number());
        doc.put("grants", verdicts.dispatches().stream().map(VerdictCodec::grant).toList());
        doc.put("slots", verdicts.dispatches().stream().flatMap(VerdictCodec::slots).toList());
        doc.put("parkings", verdicts.parkings().stream().map(VerdictCodec::parking).toList());
        doc.put("rejects", verdicts.rejects().stream().map(r -> r.waiting().id().value()).toList());
        doc.put(
                "reservations",
                verdicts.reservations().entrySet().stream()
                        .map(VerdictCodec::reservation)
                        .toList());
        doc.put("dropped", names(verdicts.dropped().stream()));
        doc.put("idle", verdicts.parkings().stream().flatMap(VerdictCodec::idle).toList());
        doc.put("settled", names(verdicts.settled().stream()));
        doc.put("unsettled", names(verdicts.unsettled().stream()));
        doc.put("freed", names(verdicts.freed().stream()));
        return doc;
    }

    /// Those that wait for the catalog hold nothing back meanwhile.
    private static Stream<UUID> idle(Verdicts.Parking parking) {
        return parking.decision() instanceof Decision.AwaitCatalog
                ? Stream.of(parking.waiting().id().value())
                : Stream.of();
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

    private static ReservationRow reservation(Map.Entry<Resource, WaitingTransfer> reserved) {
        var waiting = reserved.getValue();
        return new ReservationRow(
                reserved.getKey().name(),
                waiting.id().value(),
                waiting.submittedAt(),
                waiting.expiresAt());
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
