package io.tranship.schemas;

import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Generated facts, requests, telemetry and logs.
public final class TransferFacts {

    private TransferFacts() {}

    /// A log as the services may leave it, in which each fact comes after its cause: requests that
    /// wait, are cancelled, expire or run, with launchers that race, runs that are void, facts told
    /// twice, and facts that come when all is over.
    public static List<TransferFact> anyLog(RandomGenerator random) {
        return new TransferLog(random).draw();
    }

    /// Facts of one transfer in no sensible order, with two epochs and three runs.
    public static List<TransferFact> anyFacts(RandomGenerator random) {
        var id = Any.transferId(random);
        var runs = List.of(Any.run(random), Any.run(random), Any.run(random));
        return Any.some(
                random, 30, () -> anyFact(random, id, 7 + random.nextInt(2), Any.of(random, runs)));
    }

    public static TransferFact anyFact(RandomGenerator random) {
        return anyFact(random, Any.transferId(random), Any.count(random), Any.run(random));
    }

    static TransferFact anyFact(RandomGenerator random, TransferId id, long epoch, RunId run) {
        return switch (random.nextInt(11)) {
            case 0 -> requested(random, id);
            case 1 -> new Rejected(id, anyError(random));
            case 2 -> new Blocked(id, random.nextInt(5), Any.name(random), 1 + random.nextInt(10));
            case 3 ->
                    new Dispatched(
                            id,
                            epoch,
                            anyTarget(random),
                            List.of(new ModelRevision("a", 1), new ModelRevision("b", 2)),
                            Any.time(random));
            case 4 -> new Started(id, epoch, run, Any.name(random), Any.name(random));
            case 5 ->
                    new ModelFinished(
                            id, epoch, run, anyResult(random, Any.of(random, List.of("a", "b"))));
            case 6 -> anyFinished(random, id, epoch, run);
            case 7 -> new CancelRequested(id, anyActor(random));
            case 8 -> new Cancelled(id);
            case 9 -> new Expired(id);
            default -> new Orphaned(id, epoch);
        };
    }

    static Finished anyFinished(RandomGenerator random, TransferId id, long epoch, RunId run) {
        return random.nextInt(4) == 0
                ? new Finished(
                        id,
                        epoch,
                        null,
                        Any.of(random, List.of(RunEnd.STOPPED, RunEnd.NOT_STARTED)),
                        Any.orNull(random, () -> anyError(random)))
                : new Finished(
                        id,
                        epoch,
                        run,
                        Any.of(random, RunEnd.class),
                        Any.orNull(random, () -> anyError(random)));
    }

    public static Requested requested(RandomGenerator random, TransferId id) {
        var submittedAt = Any.time(random);
        return new Requested(
                id,
                anyRequest(random, id),
                submittedAt,
                submittedAt.plus(Duration.ofHours(6)),
                Any.orNull(random, () -> anyTarget(random)));
    }

    public static TransferRequest anyRequest(RandomGenerator random) {
        return anyRequest(random, Any.transferId(random));
    }

    private static TransferRequest anyRequest(RandomGenerator random, TransferId id) {
        var start = Any.time(random);
        var tags = new TreeMap<String, String>();
        Any.names(random, 4).forEach(key -> tags.put(key, random.nextBoolean() ? key : ""));
        return new TransferRequest(
                id,
                Any.name(random),
                Any.names(random, 4),
                Any.of(random, TransferKind.class),
                random.nextBoolean(),
                Any.orNull(random, () -> start),
                Any.orNull(random, () -> start.plusSeconds(1 + random.nextInt(1_000_000))),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                anyActor(random),
                tags,
                Any.count(random));
    }

    public static Telemetry anyTelemetry(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 ->
                    new Telemetry.Heartbeat(
                            Any.transferId(random),
                            Any.count(random),
                            Any.run(random),
                            Any.name(random),
                            Any.name(random),
                            random.nextInt(100_000));
            case 1 ->
                    new Telemetry.Progress(
                            Any.transferId(random),
                            Any.count(random),
                            Any.run(random),
                            Any.name(random),
                            Any.count(random),
                            Any.count(random),
                            random.nextInt(100),
                            random.nextInt(1000));
            default ->
                    new Telemetry.LauncherRoom(
                            Any.name(random),
                            Any.name(random),
                            random.nextInt(64),
                            random.nextInt(64));
        };
    }

    public static ModelResult anyResult(RandomGenerator random, String model) {
        var outcome = Any.of(random, Outcome.class);
        var startedAt = Any.time(random);
        return new ModelResult(
                model,
                Any.count(random),
                outcome,
                Any.orNull(random, () -> anyReceipt(random)),
                Any.orNull(random, () -> anyReport(random)),
                outcome == Outcome.FAILED ? anyError(random) : null,
                startedAt,
                startedAt.plusMillis(random.nextInt(1_000_000)));
    }

    /// Balanced more often than not.
    public static Receipt anyReceipt(RandomGenerator random) {
        var written = Any.count(random);
        var quarantined = random.nextInt(3);
        return new Receipt(
                cursor(random),
                cursor(random),
                Any.of(random, WatermarkBasis.class),
                Any.orNull(random, () -> Any.name(random)),
                written + quarantined + (random.nextInt(4) == 0 ? 1 : 0),
                written,
                Any.count(random),
                Any.count(random),
                quarantined,
                Any.count(random),
                Any.count(random),
                random.nextInt(1000),
                random.nextBoolean());
    }

    private static @Nullable String cursor(RandomGenerator random) {
        return Any.orNull(random, () -> Any.time(random).toString());
    }

    private static IntegrityReport anyReport(RandomGenerator random) {
        return new IntegrityReport(
                random.nextInt(2),
                Any.name(random),
                random.nextInt(2),
                Any.name(random),
                random.nextLong(),
                random.nextInt(),
                random.nextInt(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    public static TransferError anyError(RandomGenerator random) {
        return Any.of(random, ErrorCode.class).error("because of " + Any.name(random));
    }

    public static Target anyTarget(RandomGenerator random) {
        return new Target(
                Any.uuid(random).toString(),
                Any.name(random),
                Any.uuid(random).toString(),
                Any.names(random, 3),
                Any.names(random, 5));
    }

    public static Actor anyActor(RandomGenerator random) {
        return new Actor(Any.of(random, List.of("user", "schedule", "producer")), Any.name(random));
    }
}
