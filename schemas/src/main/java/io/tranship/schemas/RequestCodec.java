package io.tranship.schemas;

import io.tranship.schemas.SingleObjectCodec.Wire;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The records of the `requests` topic, which others than Tranship may write: Avro, or JSON with
/// the words of the HTTP API.
public final class RequestCodec {

    public static final String AVRO = "application/avro";
    public static final String JSON = "application/json";

    private static final SingleObjectCodec<TransferRequest> WIRE =
            new SingleObjectCodec<>(
                    "request",
                    List.of(
                            new Wire<>(
                                    io.tranship.schemas.avro.TransferRequest.class,
                                    RequestCodec::java)));

    private RequestCodec() {}

    public static byte[] encode(TransferRequest request) {
        return WIRE.encode(avro(request));
    }

    public static byte[] encodeJson(TransferRequest request) {
        return RequestJsonCodec.encode(request);
    }

    /// @param contentType the record's header `content-type`; null means [#AVRO]
    public static TransferRequest decode(byte[] value, @Nullable String contentType)
            throws UndecodableException {
        return switch (mediaType(contentType)) {
            case AVRO -> WIRE.decode(value);
            case JSON -> RequestJsonCodec.decode(value);
            case String other ->
                    throw new UndecodableException(
                            "content type '%s' is neither %s nor %s"
                                    .formatted(Shown.of(other), AVRO, JSON));
        };
    }

    /// Without parameters such as the character set.
    private static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return AVRO;
        }
        var end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    static io.tranship.schemas.avro.TransferRequest avro(TransferRequest request) {
        return new io.tranship.schemas.avro.TransferRequest(
                request.transferId().toString(),
                request.destination(),
                request.models(),
                avro(request.kind()),
                request.fullRefresh(),
                request.windowStart(),
                request.windowEnd(),
                request.repair(),
                request.acceptShrink(),
                request.adopt(),
                avro(request.actor()),
                // Sorted, so that equal requests have equal bytes.
                new TreeMap<>(request.tags()),
                request.catalogRevision(),
                request.kind() == TransferKind.PURGE);
    }

    /// A purge is a flag beside the kind of which the least harm is done: who does not know the
    /// flag compares.
    private static io.tranship.schemas.avro.TransferKind avro(TransferKind kind) {
        return switch (kind) {
            case TRANSFER -> io.tranship.schemas.avro.TransferKind.TRANSFER;
            case INTEGRITY, PURGE -> io.tranship.schemas.avro.TransferKind.INTEGRITY;
            case RESTORE -> io.tranship.schemas.avro.TransferKind.RESTORE;
        };
    }

    private static TransferKind kind(io.tranship.schemas.avro.TransferRequest request) {
        return switch (request.getKind()) {
            case TRANSFER -> TransferKind.TRANSFER;
            case INTEGRITY -> request.getPurge() ? TransferKind.PURGE : TransferKind.INTEGRITY;
            case RESTORE -> TransferKind.RESTORE;
        };
    }

    static TransferRequest java(io.tranship.schemas.avro.TransferRequest request) {
        return new TransferRequest(
                TransferId.parse(request.getTransferId()),
                request.getDestination(),
                request.getModels(),
                kind(request),
                request.getFullRefresh(),
                request.getStartWindowAt(),
                request.getEndWindowAt(),
                request.getRepair(),
                request.getAcceptShrink(),
                request.getAdopt(),
                java(request.getActor()),
                request.getTags(),
                request.getCatalogRevision());
    }

    static io.tranship.schemas.avro.Actor avro(Actor actor) {
        return new io.tranship.schemas.avro.Actor(actor.type(), actor.id());
    }

    static Actor java(io.tranship.schemas.avro.Actor actor) {
        return new Actor(actor.getType(), actor.getId());
    }
}
