package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import io.tranship.simulation.Database;
import io.tranship.simulation.Relay;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/// The real outbox, with the simulation's transactions in place of Hibernate's and its relay in
/// place of the one that sends to Kafka.
public class DirectOutbox extends Outbox implements Relay.Rows {

    private final Database database;
    private final Runnable beforeCommit;

    /// @param beforeCommit may throw: then nothing is committed
    @SuppressWarnings("NullAway") // what the parent has, this one replaces
    public DirectOutbox(Database database, Runnable beforeCommit) {
        super(null, null, null);
        this.database = database;
        this.beforeCommit = beforeCommit;
    }

    @Override
    public <T> Uni<T> inTransaction(Function<Mutiny.StatelessSession, Uni<T>> work) {
        return Uni.createFrom().item(() -> database.inTransaction(work, beforeCommit));
    }

    @Override
    public <T> Uni<T> read(Function<Mutiny.StatelessSession, Uni<T>> work) {
        return Uni.createFrom().item(() -> database.inTransaction(work, () -> {}));
    }

    @Override
    public List<Relay.Row> unsent(int most) {
        return database
                .rows(
                        """
                        select id, topic, convert_from(key, 'UTF8'), encode(value, 'hex'), convert_from(headers, 'UTF8')
                        from outbox order by id limit %d
                        """
                                .formatted(most))
                .stream()
                .map(row ->
                        new Relay.Row(
                                (Long) row[0],
                                new OutboxRecord(
                                        (String) row[1],
                                        (String) row[2],
                                        row[3] == null
                                                ? null
                                                : HexFormat.of().parseHex((String) row[3]),
                                        headers((String) row[4]))))
                .toList();
    }

    private static Map<String, String> headers(String encoded) {
        return OutboxHeaders.decode(encoded);
    }

    @Override
    public void delete(List<Long> ids) {
        var list = ids.stream().map(String::valueOf).collect(Collectors.joining(","));
        var _ =
                database.rows(
                        "with gone as (delete from outbox where id in (%s)) select 1"
                                .formatted(list));
    }
}
