package io.tranship.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tranship.outbox.Outbox;
import io.tranship.outbox.OutboxRecord;
import io.tranship.scheduler.CatalogTopicStore.Extent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sees to it that the catalog's topic says what the database holds: after a start, in a new or an
/// emptied topic, and when the database was restored to an earlier state.
@ApplicationScoped
class RepublishLoop {

    private static final Logger LOG = Logger.getLogger(RepublishLoop.class);
    private static final Duration DATABASE_WAIT = Duration.ofSeconds(30);

    private final Outbox outbox;
    private final CatalogStore store;
    private final CatalogTopicStore topic;
    private final RecordPublisher records;
    private final InstantSource clock;
    private final Counter published;
    private @Nullable Extent seen;
    private long revisionSeen;

    RepublishLoop(
            Outbox outbox,
            CatalogStore store,
            CatalogTopicStore topic,
            RecordPublisher records,
            InstantSource clock,
            MeterRegistry metrics) {
        this.outbox = outbox;
        this.store = store;
        this.topic = topic;
        this.records = records;
        this.clock = clock;
        this.published = metrics.counter("tranship.catalog.republished");
    }

    /// Blocks.
    ///
    /// @return how many records it published
    synchronized int tick() throws ExecutionException, InterruptedException, TimeoutException {
        var extent = topic.extent();
        var revision =
                outbox.read(session -> store.read(session).map(Catalog::revision))
                        .await()
                        .atMost(DATABASE_WAIT);
        if (seen != null && extent.follows(seen) && revision >= revisionSeen) {
            seen = extent;
            revisionSeen = revision;
            return 0;
        }
        var there = topic.revisions();
        var number =
                outbox.inTransaction(session -> publish(session, there))
                        .await()
                        .atMost(DATABASE_WAIT);
        if (number > 0) {
            LOG.infof("event=catalog_republished records=%d", number);
        }
        published.increment(number);
        seen = extent;
        revisionSeen = revision;
        return number;
    }

    private Uni<Integer> publish(Mutiny.StatelessSession session, Map<String, Long> there) {
        return store.lock(session)
                .chain(catalog -> {
                    var now = clock.instant();
                    var difference = CatalogDifference.of(catalog, there, now.toEpochMilli());
                    if (difference.isEmpty()) {
                        return Uni.createFrom().item(0);
                    }
                    var out = new ArrayList<OutboxRecord>();
                    difference.publish().forEach(record -> out.add(records.saved(record, now)));
                    for (var key : difference.ghosts()) {
                        out.add(records.deleted(key, difference.revision(), now));
                    }
                    return store.revise(session, difference)
                            .chain(() -> outbox.add(session, out))
                            .replaceWith(out.size());
                });
    }
}
