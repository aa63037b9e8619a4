package io.tranship.scheduler;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What somebody asks of a destination, before it has an id.
record TransferAsk(
        List<String> models,
        TransferKind kind,
        boolean fullRefresh,
        @Nullable Instant windowStart,
        @Nullable Instant windowEnd,
        boolean repair,
        boolean acceptShrink,
        boolean adopt,
        Map<String, String> tags) {

    private static final Map<String, TransferKind> KINDS =
            Map.of(
                    "TRANSFER", TransferKind.TRANSFER,
                    "INTEGRITY", TransferKind.INTEGRITY,
                    "RESTORE", TransferKind.RESTORE,
                    "PURGE", TransferKind.PURGE);

    /// All models of the destination, what changed since the last time.
    static final TransferAsk PLAIN =
            new TransferAsk(
                    List.of(),
                    TransferKind.TRANSFER,
                    false,
                    null,
                    null,
                    false,
                    false,
                    false,
                    Map.of());

    /// Models loaded anew.
    static TransferAsk refresh(OwedRefresh.Consent consent) {
        return new TransferAsk(
                List.of(),
                TransferKind.TRANSFER,
                true,
                null,
                null,
                false,
                consent.acceptShrink(),
                consent.adopt(),
                Map.of());
    }

    TransferAsk {
        models = List.copyOf(models);
        tags = Map.copyOf(tags);
    }

    static TransferAsk read(Fields body) {
        var ask =
                new TransferAsk(
                        body.texts("models", List.of()),
                        body.word("kind", KINDS, TransferKind.TRANSFER),
                        body.flag("full_refresh", false),
                        instant(body, "start_window_at"),
                        instant(body, "end_window_at"),
                        body.flag("repair", false),
                        body.flag("accept_shrink", false),
                        body.flag("adopt", false),
                        tags(body));
        body.done();
        ask.check(body);
        return ask;
    }

    private void check(Fields body) {
        if (windowStart != null && windowEnd != null && !windowStart.isBefore(windowEnd)) {
            body.fault(
                    "end_window_at",
                    "%s is not after start_window_at %s".formatted(windowEnd, windowStart));
        }
        if (repair && kind != TransferKind.INTEGRITY) {
            body.fault("repair", "goes with kind INTEGRITY, not with %s".formatted(kind));
        }
        if (fullRefresh && (windowStart != null || windowEnd != null)) {
            body.fault(
                    "full_refresh",
                    "loads all rows; drop start_window_at and end_window_at, or full_refresh");
        }
        if (kind != TransferKind.TRANSFER) {
            only(body, "full_refresh", fullRefresh);
            only(body, "accept_shrink", acceptShrink && !repair);
            only(body, "adopt", adopt);
            only(body, "start_window_at", windowStart != null);
            only(body, "end_window_at", windowEnd != null);
        }
    }

    private void only(Fields body, String field, boolean isGiven) {
        if (isGiven) {
            body.fault(field, "goes with kind TRANSFER, not with %s".formatted(kind));
        }
    }

    private static @Nullable Instant instant(Fields body, String name) {
        var text = body.textOrNull(name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            body.fault(name, "'%s' is no time; write it like 2026-01-31T00:00:00Z".formatted(text));
            return null;
        }
    }

    private static Map<String, String> tags(Fields body) {
        var given = body.object("tags");
        if (given == null) {
            return Map.of();
        }
        var tags = new TreeMap<String, String>();
        for (var name : given.names()) {
            var value = given.textOrNull(name);
            if (value != null) {
                tags.put(name, value);
            }
        }
        return tags;
    }

    /// The names of the models asked for, each of which `destination` takes.
    List<String> modelNames(Catalog catalog, Destination destination, Faults faults) {
        var names = new ArrayList<String>();
        for (var i = 0; i < models.size(); i++) {
            var idOrName = models.get(i);
            var field = "models[%d]".formatted(i);
            var known = catalog.find(Kind.MODEL, idOrName);
            if (known.isEmpty()) {
                faults.add(field, "there is no model '%s'".formatted(idOrName));
            } else if (known.get() instanceof Model model && !destination.takes(model)) {
                faults.add(
                        field,
                        "destination '%s' does not take model '%s'; add it to the destination's models"
                                .formatted(destination.name(), model.name()));
            } else {
                names.add(known.get().name());
            }
        }
        return names.stream().distinct().toList();
    }

    /// @throws IllegalArgumentException when nobody could store it; the message is for the sender
    TransferRequest request(
            TransferId id,
            String destination,
            List<String> modelNames,
            Actor actor,
            long revision) {
        return new TransferRequest(
                id,
                destination,
                modelNames,
                kind,
                fullRefresh,
                windowStart,
                windowEnd,
                repair,
                acceptShrink,
                adopt,
                actor,
                tags,
                revision);
    }
}
