package io.tranship.connectors;

import io.tranship.connectors.postgres.PostgresDestination;
import io.tranship.connectors.postgres.PostgresSource;
import io.tranship.connectors.postgres.Rehearsal;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.Endpoint;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The connections of one lane: one to the destination and one to the source that is being read.
/// Opened when first needed, and opened anew after a failure, as nobody knows what a broken one
/// still does.
///
/// The only place that knows vendors.
final class Connections implements AutoCloseable {

    private final TransferPlan plan;
    private volatile @Nullable Destination destination;
    private volatile @Nullable Source source;
    private @Nullable String sourceId;
    private volatile @Nullable Ahead ahead;

    /// A source that is being connected to, and looked at.
    private record Ahead(
            String sourceId, CompletableFuture<Source> opened, CompletableFuture<Source> looked) {

        /// It is closed as soon as it is free; why it did not come does not matter any more.
        void forget() {
            var _ = looked.thenAccept(Source::close);
        }

        /// Null until it is connected to.
        @Nullable Source source() {
            return opened.state() == Future.State.SUCCESS ? opened.resultNow() : null;
        }
    }

    Connections(TransferPlan plan) {
        this.plan = plan;
    }

    static void warm() {
        var _ = Rehearsal.run();
    }

    Destination destination() {
        var open = destination;
        if (open == null) {
            open = openDestination();
            destination = open;
        }
        return open;
    }

    Source source(Model model) {
        var open = source;
        if (open != null && model.source().equals(sourceId)) {
            return open;
        }
        if (open != null) {
            source = null;
            open.close();
        }
        open = opened(model);
        source = open;
        sourceId = model.source();
        return open;
    }

    /// Connects to the source of `model` on a thread of its own, and looks at its table, while the
    /// destination is connected to and claimed: the handshakes of both sides take longer than all
    /// that a transfer of nothing says afterwards.
    void openAhead(Model model) {
        var opened =
                CompletableFuture.supplyAsync(
                        () -> openSource(sourceOf(model)),
                        task -> Thread.ofPlatform().name("source").daemon().start(task));
        var looked =
                opened.thenApply(from -> {
                    from.lookAhead(model);
                    return from;
                });
        ahead = new Ahead(model.source(), opened, looked);
    }

    private Source opened(Model model) {
        var coming = ahead;
        if (coming == null) {
            return openSource(sourceOf(model));
        }
        try {
            if (coming.sourceId().equals(model.source())) {
                return coming.looked().join();
            }
            coming.forget();
            return openSource(sourceOf(model));
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException trouble) {
                throw trouble;
            }
            throw e;
        } finally {
            ahead = null;
        }
    }

    private Destination openDestination() {
        var to = plan.order().destination();
        var password = plan.credentials().of(to.id());
        return switch (to.endpoint()) {
            case Endpoint.Postgres postgres ->
                    PostgresDestination.open(plan, to.name(), postgres, password);
        };
    }

    private Source openSource(CatalogRecord.Source from) {
        var password = plan.credentials().of(from.id());
        return switch (from.endpoint()) {
            case Endpoint.Postgres postgres -> PostgresSource.open(plan, from, postgres, password);
        };
    }

    private CatalogRecord.Source sourceOf(Model model) {
        return plan.order().sources().stream()
                .filter(from -> Objects.equals(from.id(), model.source()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the order has no source %s for model %s"
                                        .formatted(model.source(), model.name())));
    }

    /// From another thread.
    void cancel() {
        var to = destination;
        if (to != null) {
            to.cancel();
        }
        var from = sourceNow();
        if (from != null) {
            from.cancel();
        }
    }

    /// From another thread.
    void cut() {
        var to = destination;
        if (to != null) {
            to.cut();
        }
        var from = sourceNow();
        if (from != null) {
            from.cut();
        }
    }

    private @Nullable Source sourceNow() {
        var coming = ahead;
        return coming == null ? source : coming.source();
    }

    /// After a failure too; what is needed later is opened anew.
    @Override
    public void close() {
        var coming = ahead;
        ahead = null;
        if (coming != null) {
            coming.forget();
        }
        var to = destination;
        destination = null;
        if (to != null) {
            to.close();
        }
        var from = source;
        source = null;
        if (from != null) {
            from.close();
        }
    }
}
