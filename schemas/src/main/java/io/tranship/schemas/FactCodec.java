package io.tranship.schemas;

import io.tranship.schemas.SingleObjectCodec.Wire;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.avro.CancelRequested;
import io.tranship.schemas.avro.ModelFinished;
import io.tranship.schemas.avro.TransferBlocked;
import io.tranship.schemas.avro.TransferCancelled;
import io.tranship.schemas.avro.TransferDispatched;
import io.tranship.schemas.avro.TransferExpired;
import io.tranship.schemas.avro.TransferFinished;
import io.tranship.schemas.avro.TransferOrphaned;
import io.tranship.schemas.avro.TransferRejected;
import io.tranship.schemas.avro.TransferRequested;
import io.tranship.schemas.avro.TransferStarted;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// The records of the log, the `transfers` topic. Times have microseconds on the wire.
public final class FactCodec {

    private static final SingleObjectCodec<TransferFact> WIRE =
            new SingleObjectCodec<>(
                    "fact",
                    List.of(
                            new Wire<>(TransferRequested.class, FactCodec::requested),
                            new Wire<>(TransferRejected.class, FactCodec::rejected),
                            new Wire<>(TransferBlocked.class, FactCodec::blocked),
                            new Wire<>(TransferDispatched.class, FactCodec::dispatched),
                            new Wire<>(TransferStarted.class, FactCodec::started),
                            new Wire<>(ModelFinished.class, FactCodec::modelFinished),
                            new Wire<>(TransferFinished.class, FactCodec::finished),
                            new Wire<>(CancelRequested.class, FactCodec::cancelRequested),
                            new Wire<>(TransferCancelled.class, FactCodec::cancelled),
                            new Wire<>(TransferExpired.class, FactCodec::expired),
                            new Wire<>(TransferOrphaned.class, FactCodec::orphaned)));

    private FactCodec() {}

    public static byte[] encode(TransferFact fact) {
        return WIRE.encode(avro(fact));
    }

    public static TransferFact decode(byte @Nullable [] bytes) throws UndecodableException {
        return WIRE.decode(bytes);
    }

    /// The fact's name in the published language, such as `TransferStarted`.
    public static String type(TransferFact fact) {
        return switch (fact) {
            case Requested _ -> "TransferRequested";
            case Rejected _ -> "TransferRejected";
            case Blocked _ -> "TransferBlocked";
            case Dispatched _ -> "TransferDispatched";
            case Started _ -> "TransferStarted";
            case TransferFact.ModelFinished _ -> "ModelFinished";
            case Finished _ -> "TransferFinished";
            case TransferFact.CancelRequested _ -> "CancelRequested";
            case Cancelled _ -> "TransferCancelled";
            case Expired _ -> "TransferExpired";
            case Orphaned _ -> "TransferOrphaned";
        };
    }

    private static SpecificRecordBase avro(TransferFact fact) {
        var id = fact.transferId().toString();
        return switch (fact) {
            case Requested r ->
                    new TransferRequested(
                            id,
                            RequestCodec.avro(r.request()),
                            r.submittedAt(),
                            r.expiresAt(),
                            r.target() == null ? null : avro(r.target()));
            case Rejected r -> new TransferRejected(id, ResultCodec.avro(r.error()));
            case Blocked b -> new TransferBlocked(id, b.turn(), b.resource(), b.limit());
            case Dispatched d ->
                    new TransferDispatched(
                            id,
                            d.epoch(),
                            avro(d.target()),
                            d.models().stream().map(FactCodec::avro).toList(),
                            d.startBy());
            case Started s ->
                    new TransferStarted(id, s.epoch(), s.run().toString(), s.launcher(), s.host());
            case TransferFact.ModelFinished m ->
                    new ModelFinished(
                            id, m.epoch(), m.run().toString(), ResultCodec.avro(m.result()));
            case Finished f ->
                    new TransferFinished(
                            id,
                            f.epoch(),
                            f.run() == null ? null : f.run().toString(),
                            io.tranship.schemas.avro.RunEnd.valueOf(f.end().name()),
                            f.error() == null ? null : ResultCodec.avro(f.error()));
            case TransferFact.CancelRequested c ->
                    new CancelRequested(id, RequestCodec.avro(c.actor()));
            case Cancelled _ -> new TransferCancelled(id);
            case Expired _ -> new TransferExpired(id);
            case Orphaned o -> new TransferOrphaned(id, o.epoch());
        };
    }

    private static io.tranship.schemas.avro.Target avro(Target target) {
        return new io.tranship.schemas.avro.Target(
                target.destinationId(),
                target.destinationName(),
                target.recipientId(),
                target.sourceIds(),
                target.models());
    }

    private static io.tranship.schemas.avro.ModelRevision avro(ModelRevision model) {
        return new io.tranship.schemas.avro.ModelRevision(model.model(), model.revision());
    }

    private static TransferFact requested(TransferRequested r) {
        return new Requested(
                TransferId.parse(r.getTransferId()),
                RequestCodec.java(r.getRequest()),
                r.getSubmittedAt(),
                r.getExpiresAt(),
                java(r.getTarget()));
    }

    private static TransferFact rejected(TransferRejected r) {
        return new Rejected(TransferId.parse(r.getTransferId()), ResultCodec.java(r.getError()));
    }

    private static TransferFact blocked(TransferBlocked b) {
        return new Blocked(
                TransferId.parse(b.getTransferId()), b.getTurn(), b.getResource(), b.getLimit());
    }

    private static TransferFact dispatched(TransferDispatched d) {
        var target = java(d.getTarget());
        if (target == null) {
            throw new IllegalArgumentException("dispatched without a target");
        }
        return new Dispatched(
                TransferId.parse(d.getTransferId()),
                d.getEpoch(),
                target,
                d.getModels().stream()
                        .map(m -> new ModelRevision(m.getModel(), m.getRevision()))
                        .toList(),
                d.getStartBy());
    }

    private static TransferFact started(TransferStarted s) {
        return new Started(
                TransferId.parse(s.getTransferId()),
                s.getEpoch(),
                RunId.parse(s.getRun()),
                s.getLauncher(),
                s.getHost());
    }

    private static TransferFact modelFinished(ModelFinished m) {
        return new TransferFact.ModelFinished(
                TransferId.parse(m.getTransferId()),
                m.getEpoch(),
                RunId.parse(m.getRun()),
                ResultCodec.java(m.getModelResult()));
    }

    private static TransferFact finished(TransferFinished f) {
        return new Finished(
                TransferId.parse(f.getTransferId()),
                f.getEpoch(),
                f.getRun() == null ? null : RunId.parse(f.getRun()),
                RunEnd.valueOf(f.getEnd().name()),
                f.getError() == null ? null : ResultCodec.java(f.getError()));
    }

    private static TransferFact cancelRequested(CancelRequested c) {
        return new TransferFact.CancelRequested(
                TransferId.parse(c.getTransferId()), RequestCodec.java(c.getActor()));
    }

    private static TransferFact cancelled(TransferCancelled c) {
        return new Cancelled(TransferId.parse(c.getTransferId()));
    }

    private static TransferFact expired(TransferExpired e) {
        return new Expired(TransferId.parse(e.getTransferId()));
    }

    private static TransferFact orphaned(TransferOrphaned o) {
        return new Orphaned(TransferId.parse(o.getTransferId()), o.getEpoch());
    }

    private static @Nullable Target java(io.tranship.schemas.avro.@Nullable Target target) {
        return target == null
                ? null
                : new Target(
                        target.getDestinationId(),
                        target.getDestinationName(),
                        target.getRecipientId(),
                        target.getSourceIds(),
                        target.getModels());
    }
}
