package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.Topics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/// The effect of the tests: notes every record in a table and sends it on. A value that starts with
/// `!` is garbage.
@ApplicationScoped
class Tally {

    private static final String NOTE =
            """
            insert into tally (reader, topic, partition, read_offset, key, value)
            select :reader, x.topic, x.partition, x.read_offset, x.key, x.value
            from rows from (jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                 as (topic text, partition int, read_offset bigint, key text, value text))
                 with ordinality as x(topic, partition, read_offset, key, value, n)
            order by x.n
            """;

    private final Inbox inbox;
    private final Outbox outbox;
    private final Topics topics;

    Tally(
            Inbox inbox,
            Outbox outbox,
            @ConfigProperty(name = "tranship.topic-prefix") String prefix) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.topics = new Topics(prefix);
    }

    BatchEffect as(String reader) {
        return (session, fresh) -> {
            Halt.at("guarded");
            return note(session, reader, fresh)
                    .invoke(() -> Halt.at("effected"))
                    .chain(() -> outbox.add(session, sentOn(fresh)))
                    .invoke(() -> Halt.at("added"));
        };
    }

    static Uni<Void> note(Mutiny.StatelessSession session, String reader, List<InboxRecord> fresh) {
        var rows = new JsonArray();
        fresh.stream()
                .filter(read -> !isGarbage(read))
                .forEach(read ->
                        rows.add(
                                new JsonObject()
                                        .put("topic", read.topic())
                                        .put("partition", read.partition())
                                        .put("read_offset", read.offset())
                                        .put("key", read.key())
                                        .put("value", text(read))));
        return session.createNativeQuery(NOTE)
                .setParameter("reader", reader)
                .setParameter("rows", rows.encode())
                .executeUpdate()
                .replaceWithVoid();
    }

    private List<OutboxRecord> sentOn(List<InboxRecord> fresh) {
        var sent = new ArrayList<OutboxRecord>();
        for (var read : fresh) {
            sent.add(
                    isGarbage(read)
                            ? inbox.deadLetter(read, "starts with an exclamation mark")
                            : new OutboxRecord(
                                    topics.transfers(),
                                    String.valueOf(read.key()),
                                    read.value(),
                                    Map.of("from", read.toString())));
        }
        return sent;
    }

    private static boolean isGarbage(InboxRecord read) {
        return text(read).startsWith("!");
    }

    private static String text(InboxRecord read) {
        var value = read.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
