package io.tranship.status;

import io.tranship.schemas.Actor;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WatermarkBasis;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes the facts of one transfer as its services would, for tests.
final class Logs {

    static final Instant T0 = Instant.parse("2026-11-23T04:00:00Z");
    static final Actor SOMEBODY = new Actor("user", "somebody");
    static final long EPOCH = 1_800_000_000_000L;

    final TransferId id;
    final RunId run = new RunId(UUID.randomUUID());
    final String destinationId;
    Instant submittedAt = T0;
    Instant expiresAt = T0.plusSeconds(6 * 3600);
    Instant startBy = T0.plusSeconds(600);
    Map<String, String> tags = Map.of();
    TransferKind kind = TransferKind.TRANSFER;

    Logs() {
        this(new TransferId(UUID.randomUUID()), "d-" + UUID.randomUUID());
    }

    Logs(TransferId id, String destinationId) {
        this.id = id;
        this.destinationId = destinationId;
    }

    Target target() {
        return new Target(
                destinationId,
                "acme " + destinationId,
                "r-" + destinationId,
                List.of("s1-" + destinationId),
                List.of("invoices", "orders"));
    }

    Requested requested() {
        var request =
                new TransferRequest(
                        id,
                        destinationId,
                        List.of(),
                        kind,
                        false,
                        null,
                        null,
                        false,
                        false,
                        false,
                        SOMEBODY,
                        tags,
                        0);
        return new Requested(id, request, submittedAt, expiresAt, target());
    }

    Blocked blocked(long turn, String resource) {
        return new Blocked(id, turn, resource, 1);
    }

    Dispatched dispatched() {
        return new Dispatched(
                id,
                EPOCH,
                target(),
                List.of(new ModelRevision("invoices", 3), new ModelRevision("orders", 1)),
                startBy);
    }

    Started started() {
        return new Started(id, EPOCH, run, "launcher-1", "host-1");
    }

    ModelFinished success(String model) {
        return new ModelFinished(
                id,
                EPOCH,
                run,
                new ModelResult(model, 3, Outcome.SUCCESS, receipt(5), null, null, T0, T0));
    }

    ModelFinished unbalanced(String model) {
        var lost =
                new Receipt(
                        null, null, WatermarkBasis.LOOKBACK, null, 9, 8, 8, 0, 0, 0, 80, 1, false);
        return new ModelFinished(
                id,
                EPOCH,
                run,
                new ModelResult(model, 3, Outcome.SUCCESS, lost, null, null, T0, T0));
    }

    ModelFinished failed(String model, TransferError error) {
        return new ModelFinished(
                id,
                EPOCH,
                run,
                new ModelResult(model, 3, Outcome.FAILED, null, null, error, T0, T0));
    }

    static Receipt receipt(long rows) {
        return new Receipt(
                null,
                "2026-11-23 03:59:00+00",
                WatermarkBasis.COMMIT_SAFE,
                "g1",
                rows,
                rows,
                rows,
                0,
                0,
                0,
                rows * 10,
                1,
                false);
    }

    Finished finished(RunEnd end) {
        return new Finished(id, EPOCH, run, end, null);
    }

    Finished notStarted() {
        return new Finished(id, EPOCH, null, RunEnd.NOT_STARTED, null);
    }

    CancelRequested cancelRequested() {
        return new CancelRequested(id, SOMEBODY);
    }

    /// A whole transfer that went well.
    List<TransferFact> success() {
        return List.of(
                requested(),
                dispatched(),
                started(),
                success("invoices"),
                success("orders"),
                finished(RunEnd.COMPLETED));
    }

    /// One second between facts, from [#T0] on.
    static List<LoggedFact> logged(List<? extends TransferFact> facts) {
        var log = new ArrayList<LoggedFact>();
        for (var fact : facts) {
            log.add(new LoggedFact(fact, T0.plusSeconds(log.size())));
        }
        return log;
    }

    static TransferRecord fold(TransferFact... facts) {
        return TransferRecord.fold(logged(List.of(facts)));
    }

    static @Nullable Instant at(int fact) {
        return T0.plusSeconds(fact);
    }

    static String digest(TransferFact fact) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(FactCodec.encode(fact)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
