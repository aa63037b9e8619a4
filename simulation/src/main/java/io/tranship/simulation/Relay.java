package io.tranship.simulation;

import io.tranship.outbox.OutboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A service's relay: sends the first unsent rows, deletes them when all are acknowledged. Killed
/// between the two it sends them again.
public final class Relay {

    private static final int ROWS_MAX = 40;

    private final Program program;
    private final Link link;
    private final Rows rows;
    private final Function<String, Topic> topics;
    private Instant stalledUntil = Instant.MIN;
    private boolean busy;

    /// The outbox of one service.
    public interface Rows {
        List<Row> unsent(int most);

        void delete(List<Long> ids);
    }

    public record Row(long id, OutboxRecord toSend) {}

    public Relay(Program program, Rows rows, Function<String, Topic> topics) {
        this.program = program;
        this.link = new Link(program);
        this.rows = rows;
        this.topics = topics;
        program.onCrash(() -> busy = false);
        program.onStart(this::poke);
    }

    public Link link() {
        return link;
    }

    /// Another one holds the right to relay, and does not use it.
    void stallFor(Duration time) {
        program.world().tell("%s relays nothing for %s", program.name(), time);
        stalledUntil = program.world().instant().plus(time);
    }

    public void poke() {
        if (!busy && program.isUp()) {
            busy = true;
            program.later(program.world().between(0, 10), this::turn);
        }
    }

    private void turn() {
        if (program.world().instant().isBefore(stalledUntil)) {
            program.later(Duration.between(program.world().instant(), stalledUntil), this::turn);
            return;
        }
        var unsent = rows.unsent(1 + program.world().below(ROWS_MAX));
        if (unsent.isEmpty()) {
            busy = false;
            return;
        }
        var acknowledged = new ArrayList<Long>();
        for (var row : unsent) {
            program.danger("between two sends");
            var record = row.toSend();
            link.send(
                    topics.apply(record.topic()),
                    record.key(),
                    record.value(),
                    record.headers(),
                    _ -> {
                        acknowledged.add(row.id());
                        if (acknowledged.size() == unsent.size()) {
                            program.danger("after all was sent, before its rows are deleted");
                            rows.delete(List.copyOf(acknowledged));
                            turn();
                        }
                    });
        }
    }
}
