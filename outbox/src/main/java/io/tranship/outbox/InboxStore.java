package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.hibernate.reactive.mutiny.Mutiny;

/// The table that says how far each reader has applied each partition.
@ApplicationScoped
class InboxStore {

    /// In one order for all, so that two members never wait for each other.
    private static final String LOCK =
            """
            select cast(i.topic_id as text), i.partition, i.next
            from inbox i
            where i.reader = :reader
              and (i.topic_id, i.partition) in (
                  select x.topic_id, x.partition
                  from jsonb_to_recordset(cast(cast(:parts as text) as jsonb))
                       as x(topic_id uuid, partition int))
            order by i.topic_id, i.partition
            for update
            """;

    private static final String MAKE =
            """
            insert into inbox (reader, topic_id, partition, topic, next)
            select :reader, x.topic_id, x.partition, x.topic, 0
            from jsonb_to_recordset(cast(cast(:parts as text) as jsonb))
                 as x(topic_id uuid, partition int, topic text)
            order by x.topic_id, x.partition
            on conflict do nothing
            """;

    private static final String ADVANCE =
            """
            update inbox i
            set next = x.next
            from jsonb_to_recordset(cast(cast(:parts as text) as jsonb))
                 as x(topic_id uuid, partition int, next bigint)
            where i.reader = :reader and i.topic_id = x.topic_id and i.partition = x.partition
              and i.next < x.next
            """;

    /// Of a topic that was made anew only the incarnation that was seen last.
    private static final String POSITIONS =
            """
            select i.topic, i.partition, i.next, cast(i.topic_id as text)
            from inbox i
            where i.reader = :reader
              and i.topic_id = (select n.topic_id from inbox n
                                where n.reader = i.reader and n.topic = i.topic
                                order by n.made_at desc, n.topic_id limit 1)
            """;

    /// Locks the reader's rows until the transaction ends, makes those that are missing at 0, and
    /// says how far each partition was applied. A member that lost a partition waits here for the
    /// one that has it now, and then finds its records applied.
    Uni<Map<TopicPartition, Long>> lock(
            Mutiny.StatelessSession session,
            String reader,
            Collection<TopicPartition> partitions,
            Map<String, UUID> ids) {
        var parts = parts(partitions, ids);
        return locked(session, reader, parts, ids)
                .chain(rows ->
                        rows.size() == partitions.size()
                                ? Uni.createFrom().item(rows)
                                : execute(session, MAKE, reader, parts)
                                        .chain(() -> locked(session, reader, parts, ids)));
    }

    private static Uni<Map<TopicPartition, Long>> locked(
            Mutiny.StatelessSession session,
            String reader,
            JsonArray parts,
            Map<String, UUID> ids) {
        var names = new HashMap<String, String>();
        ids.forEach((topic, id) -> names.put(id.toString(), topic));
        return session.createNativeQuery(LOCK, Object[].class)
                .setParameter("reader", reader)
                .setParameter("parts", parts.encode())
                .getResultList()
                .map(rows -> {
                    var next = new HashMap<TopicPartition, Long>();
                    for (var row : rows) {
                        next.put(
                                new TopicPartition(
                                        names.getOrDefault((String) row[0], ""), (Integer) row[1]),
                                (Long) row[2]);
                    }
                    return next;
                });
    }

    /// Moves locked rows forward.
    Uni<Void> advance(
            Mutiny.StatelessSession session,
            String reader,
            Map<TopicPartition, Long> ends,
            Map<String, UUID> ids) {
        var parts = parts(ends.keySet(), ids);
        for (var part : parts) {
            var row = (JsonObject) part;
            row.put(
                    "next",
                    ends.get(
                            new TopicPartition(
                                    row.getString("topic"), row.getInteger("partition"))));
        }
        return execute(session, ADVANCE, reader, parts)
                .invoke(moved -> {
                    if (moved != ends.size()) {
                        throw new IllegalStateException(
                                "Of "
                                        + ends.size()
                                        + " locked inbox rows of "
                                        + reader
                                        + " "
                                        + moved
                                        + " moved forward");
                    }
                })
                .replaceWithVoid();
    }

    Uni<List<Position>> positions(Mutiny.StatelessSession session, String reader) {
        return session.createNativeQuery(POSITIONS, Object[].class)
                .setParameter("reader", reader)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Position(
                                                new TopicPartition(
                                                        (String) row[0], (Integer) row[1]),
                                                (Long) row[2],
                                                UUID.fromString((String) row[3])))
                                .toList());
    }

    /// The next offset to apply.
    record Position(TopicPartition partition, long next, UUID topicId) {}

    private static Uni<Integer> execute(
            Mutiny.StatelessSession session, String sql, String reader, JsonArray parts) {
        return session.createNativeQuery(sql)
                .setParameter("reader", reader)
                .setParameter("parts", parts.encode())
                .executeUpdate();
    }

    private static JsonArray parts(Collection<TopicPartition> partitions, Map<String, UUID> ids) {
        var parts = new JsonArray();
        for (var partition : partitions) {
            var id = ids.get(partition.topic());
            if (id == null) {
                throw new IllegalStateException("No topic id of " + partition.topic());
            }
            parts.add(
                    new JsonObject()
                            .put("topic", partition.topic())
                            .put("topic_id", id.toString())
                            .put("partition", partition.partition()));
        }
        return parts;
    }
}
