package io.tranship.scheduler;

import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/// Turns requests into records of the `requests` topic.
@ApplicationScoped
class RequestPublisher {

    private final Topics topics;

    RequestPublisher(SchedulerConfig config) {
        this.topics = new Topics(config.topicPrefix());
    }

    OutboxRecord published(TransferRequest request, Instant now) {
        return new OutboxRecord(
                topics.requests(),
                request.destination(),
                RequestCodec.encode(request),
                CloudEventHeaders.of(
                        "TransferRequested",
                        CatalogPublisher.SOURCE,
                        request.transferId().toString(),
                        now));
    }
}
