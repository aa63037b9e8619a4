package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Inbox;
import io.tranship.outbox.InboxRecord;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Intake: what was asked becomes a row of the queue and the first fact of a log, in one
/// transaction.
///
/// A transfer that is known is dropped, so a request may be sent as often as its producer likes.
@ApplicationScoped
class RequestsConsumer {

    static final String READER = "dispatch-requests";

    /// More than these are a backlog: taking it in goes on beside the tick.
    private static final int ALONG_MAX = 64;

    /// More names of models and sources are told at dispatch only: the first fact has to fit into
    /// one record, with a request of the greatest size.
    private static final int TARGET_NAMES_CHARS_MAX = 100_000;

    private final Inbox inbox;
    private final Outbox outbox;
    private final CatalogStore catalogs;
    private final QueueLedger queue;
    private final FactPublisher publisher;
    private final AdmissionLoop admission;
    private final DispatchConfig config;

    RequestsConsumer(
            Inbox inbox,
            Outbox outbox,
            CatalogStore catalogs,
            QueueLedger queue,
            FactPublisher publisher,
            AdmissionLoop admission,
            DispatchConfig config) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.catalogs = catalogs;
        this.queue = queue;
        this.publisher = publisher;
        this.admission = admission;
        this.config = config;
    }

    @Incoming("requests")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        var along = admission.along();
        return inbox.consume(
                        READER,
                        records,
                        (session, fresh) ->
                                takeIn(session, fresh)
                                        .chain(() ->
                                                fresh.size() > ALONG_MAX
                                                        ? along.leave()
                                                        : along.tick(session)))
                .invoke(along::committed);
    }

    Uni<Void> takeIn(Mutiny.StatelessSession session, List<InboxRecord> fresh) {
        var requests = new LinkedHashMap<TransferId, InboxRequest>();
        var deadLetters = new ArrayList<OutboxRecord>();
        for (var each : fresh) {
            try {
                var request = decode(each);
                requests.putIfAbsent(
                        request.transferId(), new InboxRequest(request, each.timestamp()));
            } catch (UndecodableException e) {
                deadLetters.add(inbox.deadLetter(each, reason(e)));
            }
        }
        return catalogs.current(session)
                .map(catalog -> requested(requests, catalog))
                .chain(requested ->
                        queue.insert(session, requested.values())
                                .map(news ->
                                        requested.values().stream()
                                                .filter(each ->
                                                        news.contains(each.transferId().value()))))
                .chain(news -> {
                    var rows = new ArrayList<>(publisher.facts(news));
                    rows.addAll(deadLetters);
                    return outbox.add(session, rows);
                });
    }

    private Map<TransferId, Requested> requested(
            Map<TransferId, InboxRequest> requests, Catalog catalog) {
        var requested = new LinkedHashMap<TransferId, Requested>();
        requests.forEach((id, each) ->
                requested.put(
                        id,
                        new Requested(
                                id,
                                each.request(),
                                each.submittedAt(),
                                each.submittedAt().plus(config.expiry()),
                                target(catalog, each.request()))));
        return requested;
    }

    private static @Nullable Target target(Catalog catalog, TransferRequest request) {
        return switch (catalog.resolve(request)) {
            case Resolution.Resolved resolved ->
                    isShort(resolved.target()) ? resolved.target() : null;
            case Resolution.Ahead _, Resolution.Unresolved _ -> null;
        };
    }

    private static boolean isShort(Target target) {
        return Stream.concat(target.models().stream(), target.sourceIds().stream())
                        .mapToInt(String::length)
                        .sum()
                < TARGET_NAMES_CHARS_MAX;
    }

    private static TransferRequest decode(InboxRecord each) throws UndecodableException {
        if (each.value() == null) {
            throw new UndecodableException("a request without a value");
        }
        return RequestCodec.decode(
                each.value(), each.headers().get(CloudEventHeaders.CONTENT_TYPE));
    }

    private static String reason(UndecodableException e) {
        return e.getMessage() == null ? "undecodable" : e.getMessage();
    }

    /// @param submittedAt append time: nobody can forge it
    private record InboxRequest(TransferRequest request, Instant submittedAt) {}
}
