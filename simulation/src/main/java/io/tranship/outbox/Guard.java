package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.hibernate.reactive.mutiny.Mutiny;

/// The real inbox guard without Kafka: drops what a reader has applied already, and moves its rows
/// forward in the transaction of the effect.
public final class Guard {

    private final InboxStore store = new InboxStore();

    public Uni<List<InboxRecord>> fresh(
            Mutiny.StatelessSession session, String reader, List<InboxRecord> records) {
        var batch =
                new InboxBatch(
                        records.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                read ->
                                                        new TopicPartition(
                                                                read.topic(), read.partition()),
                                                LinkedHashMap::new,
                                                Collectors.toList())));
        var ids =
                batch.topics().stream()
                        .collect(Collectors.toMap(Function.identity(), Guard::topicId));
        return store.lock(session, reader, batch.parts().keySet(), ids)
                .chain(positions -> {
                    var fresh = batch.from(positions);
                    return fresh.parts().isEmpty()
                            ? Uni.createFrom().item(List.of())
                            : store.advance(session, reader, fresh.ends(), ids)
                                    .replaceWith(fresh.records());
                });
    }

    private static UUID topicId(String topic) {
        return UUID.nameUUIDFromBytes(topic.getBytes(StandardCharsets.UTF_8));
    }
}
