package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/// Hears which launchers are alive and how much room they have. Of all that telemetry carries only
/// that concerns the ledger, so heartbeats and progress cost no transaction here.
@ApplicationScoped
class TelemetryConsumer {

    static final String READER = "dispatch-telemetry";

    private final Inbox inbox;
    private final Outbox outbox;
    private final LauncherStore launchers;
    private final AdmissionLoop admission;
    private final InstantSource clock;

    TelemetryConsumer(
            Inbox inbox,
            Outbox outbox,
            LauncherStore launchers,
            AdmissionLoop admission,
            InstantSource clock) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.launchers = launchers;
        this.admission = admission;
        this.clock = clock;
    }

    @Incoming("telemetry")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        var rooms = new LinkedHashMap<String, LauncherStore.Announced>();
        var deadLetters = new ArrayList<OutboxRecord>();
        StreamSupport.stream(records.spliterator(), false)
                .map(InboxRecord::of)
                .forEach(each -> hear(each, rooms, deadLetters));
        if (rooms.isEmpty() && deadLetters.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var grown = new AtomicBoolean();
        return inbox.consume(
                        READER,
                        records,
                        (session, _) ->
                                outbox.add(session, deadLetters)
                                        .chain(() -> announce(session, rooms.values()))
                                        .invoke(grown::set)
                                        .replaceWithVoid())
                .invoke(() -> {
                    if (grown.get()) {
                        admission.poke();
                    }
                });
    }

    private Uni<Boolean> announce(
            Mutiny.StatelessSession session, Collection<LauncherStore.Announced> rooms) {
        return rooms.isEmpty()
                ? Uni.createFrom().item(false)
                : launchers.announce(session, rooms, clock.instant());
    }

    private void hear(
            InboxRecord each,
            Map<String, LauncherStore.Announced> rooms,
            List<OutboxRecord> deadLetters) {
        try {
            if (each.value() == null) {
                throw new UndecodableException("telemetry without a value");
            }
            switch (TelemetryCodec.decode(each.value())) {
                case Telemetry.LauncherRoom room ->
                        rooms.put(
                                room.launcher(),
                                LauncherStore.Announced.of(room, each.timestamp()));
                case Telemetry.Heartbeat _, Telemetry.Progress _ -> {}
            }
        } catch (UndecodableException e) {
            deadLetters.add(
                    inbox.deadLetter(
                            each, e.getMessage() == null ? "undecodable" : e.getMessage()));
        }
    }
}
