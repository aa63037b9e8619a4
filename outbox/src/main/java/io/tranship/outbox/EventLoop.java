package io.tranship.outbox;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/// A place on an event loop, where alone Hibernate Reactive may be used.
///
/// The session of a transaction is kept in the Vert.x context, so every subscription gets a context
/// of its own: neither a caller's open session nor one that a failed attempt left is picked up.
final class EventLoop {

    private final Context root;

    private EventLoop(Context root) {
        this.root = root;
    }

    /// That of the calling thread when it has one, else another.
    static EventLoop current(Vertx vertx) {
        var here = Vertx.currentContext();
        return new EventLoop(
                here != null && here.isEventLoopContext()
                        ? VertxContext.getRootContext(here)
                        : vertx.getOrCreateContext());
    }

    /// Subscribes to what `work` returns on this event loop, whatever thread subscribes to the
    /// result. A retry's timer fires on a worker thread, so this must stand before the retry.
    <T> Uni<T> run(Supplier<Uni<? extends T>> work) {
        return Uni.createFrom()
                .<T>deferred(work)
                .runSubscriptionOn(task -> {
                    var own = VertxContext.createNewDuplicatedContext(root);
                    // Nobody else has it. Seen from a thread that is not Vert.x's, Quarkus does not
                    // know that.
                    VertxContextSafetyToggle.setContextSafe(own, true);
                    own.runOnContext(_ -> task.run());
                });
    }
}
