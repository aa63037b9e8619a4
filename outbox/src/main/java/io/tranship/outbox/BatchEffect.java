package io.tranship.outbox;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/// What a reader does with the records that it sees for the first time.
@FunctionalInterface
public interface BatchEffect {

    /// Runs inside the transaction of the inbox guard, and again from the start after a rollback:
    /// it may change nothing but the database through `session`. `fresh` is never empty and in
    /// offset order within each partition. A failure is taken for trouble that passes and retried
    /// without end, so a record that can never be applied must be dropped or made a dead letter
    /// here.
    Uni<Void> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh);
}
