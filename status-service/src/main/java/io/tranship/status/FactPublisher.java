package io.tranship.status;

import io.tranship.outbox.OutboxRecord;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Says what this service has to say to the log.
@ApplicationScoped
class FactPublisher {

    private final String topic;
    private final InstantSource clock;
    private final RandomGenerator random;

    FactPublisher(StatusConfig config, InstantSource clock, RandomGenerator random) {
        topic = new Topics(config.topicPrefix()).transfers();
        this.clock = clock;
        this.random = random;
    }

    OutboxRecord outboxRecord(TransferFact fact) {
        var id = UuidV7.draw(clock.instant(), random).toString();
        return new OutboxRecord(
                topic,
                fact.transferId().toString(),
                FactCodec.encode(fact),
                CloudEventHeaders.of(FactCodec.type(fact), "status-service", id, null));
    }
}
