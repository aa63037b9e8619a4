package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Publishes to Kafka what a database transaction decided, exactly when that transaction commits.
///
/// Every added record is published at least once, and a record's first appearance never comes
/// before that of an earlier one of its key. That order is the order in which outbox ids are drawn,
/// so **lock the row that the key stands for before adding**: two transactions that add records of
/// one key without a common lock may commit in the other order, and the relay cannot know.
@ApplicationScoped
public class Outbox {

    private static final String INSERT =
            """
            insert into outbox (topic, key, value, headers)
            select x.topic, decode(x.key, 'base64'), decode(x.value, 'base64'), decode(x.headers, 'base64')
            from rows from (jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                            as (topic text, key text, value text, headers text))
                 with ordinality as x(topic, key, value, headers, n)
            order by x.n
            """;

    private final Mutiny.SessionFactory sessions;
    private final Relay relay;
    private final Vertx vertx;

    Outbox(Mutiny.SessionFactory sessions, Relay relay, Vertx vertx) {
        this.sessions = sessions;
        this.relay = relay;
        this.vertx = vertx;
    }

    /// Adds records in the caller's transaction. [Inbox#consume] and [#inTransaction] poke the
    /// relay after their commit; in a transaction of another making the relay finds the rows by its
    /// poll.
    public Uni<Void> add(Mutiny.StatelessSession session, List<OutboxRecord> records) {
        if (records.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(INSERT)
                .setParameter("rows", rows(records))
                .executeUpdate()
                .replaceWithVoid();
    }

    /// One transaction, then a poke of the relay. For HTTP handlers and loops; may be called from
    /// any thread. A failure rolls back and is the caller's to handle: nothing is retried.
    public <T> Uni<T> inTransaction(Function<Mutiny.StatelessSession, Uni<T>> work) {
        return read(work).invoke(relay::poke);
    }

    /// One transaction that adds nothing: for reads. Nobody is poked.
    public <T> Uni<T> read(Function<Mutiny.StatelessSession, Uni<T>> work) {
        return EventLoop.current(vertx)
                .run(() -> sessions.withStatelessTransaction((session, _) -> work.apply(session)));
    }

    private static String rows(List<OutboxRecord> records) {
        var rows = new JsonArray();
        for (var added : records) {
            rows.add(
                    new JsonObject()
                            .put("topic", added.topic())
                            .put("key", base64(added.key()))
                            .put("value", base64(added.value()))
                            .put("headers", base64(OutboxHeaders.encode(added.headers()))));
        }
        return rows.encode();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String base64(byte @Nullable [] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}
