package io.tranship.scheduler;

import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;

/// Turns requests and things of the catalog into records of their topics.
@ApplicationScoped
class RecordPublisher {

    private static final String SOURCE = "scheduler-service";

    private final Topics topics;

    RecordPublisher(SchedulerConfig config) {
        this.topics = new Topics(config.topicPrefix());
    }

    OutboxRecord requested(TransferRequest request, Instant now) {
        return new OutboxRecord(
                topics.requests(),
                request.destination(),
                RequestCodec.encode(request),
                headers("TransferRequested", request.transferId().toString(), now));
    }

    OutboxRecord saved(CatalogRecord record, Instant now) {
        return new OutboxRecord(
                topics.catalog(),
                record.key(),
                CatalogCodec.encode(record),
                headers("CatalogRecordSaved", record.key() + "@" + record.revision(), now));
    }

    /// @param key of the thing that is no more
    OutboxRecord deleted(String key, long revision, Instant now) {
        return new OutboxRecord(
                topics.catalog(),
                key,
                null,
                headers("CatalogRecordDeleted", key + "@" + revision, now));
    }

    private static Map<String, String> headers(String type, String id, Instant now) {
        return CloudEventHeaders.of(type, SOURCE, id, now);
    }
}
