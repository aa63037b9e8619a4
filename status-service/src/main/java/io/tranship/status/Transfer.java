package io.tranship.status;

import io.tranship.schemas.Actor;
import io.tranship.schemas.IntegrityReport;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferStatus;
import io.tranship.schemas.WatermarkBasis;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A transfer as its users see it. What the log does not say (heartbeat, progress, place in the
/// queue) is empty until it is asked for.
///
/// @param submittedAt when unknown, the time of the first fact
/// @param rowsTransferred rows that arrived at the destination, by the receipts
record Transfer(
        UUID id,
        @Nullable TransferKind kind,
        TransferStatus status,
        @Nullable String destinationId,
        @Nullable String destinationName,
        @Nullable String recipientId,
        List<String> sourceIds,
        List<String> models,
        boolean fullRefresh,
        @Nullable Instant startWindowAt,
        @Nullable Instant endWindowAt,
        Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastHeartbeatAt,
        @Nullable Actor actor,
        SortedMap<String, String> tags,
        boolean cancelRequested,
        @Nullable Worker worker,
        @Nullable Long epoch,
        List<BlockedBy> blockedBy,
        @Nullable Progress progress,
        long rowsTransferred,
        long volumeBytes,
        @Nullable Failure error,
        List<ModelReport> modelResults) {

    /// Where it runs, so that an operator can find it.
    ///
    /// @param pid null until the runner has said it
    record Worker(String launcher, String host, @Nullable Long pid) {}

    /// @param position 1 and those that wait for the same and were submitted earlier
    record BlockedBy(String resource, int limit, List<UUID> holders, @Nullable Integer position) {}

    /// @param blame who has to act, in lower case
    record Failure(String code, String title, String blame, String message) {

        static @Nullable Failure of(@Nullable TransferError error) {
            return error == null
                    ? null
                    : new Failure(
                            error.code(),
                            error.title(),
                            error.blame().name().toLowerCase(Locale.ROOT),
                            error.message());
        }
    }

    /// How one model ended.
    record ModelReport(
            String model,
            long revision,
            ModelResult.Outcome outcome,
            @Nullable String cursorFrom,
            @Nullable String cursorTo,
            @Nullable String watermarkBasis,
            @Nullable String generation,
            long rowsRead,
            long rowsWritten,
            long rowsApplied,
            long rowsDeleted,
            long rowsQuarantined,
            long rowsWithoutLastModified,
            long bytes,
            int chunks,
            boolean fullScan,
            Instant startedAt,
            Instant endedAt,
            @Nullable IntegrityReport integrity,
            @Nullable Failure error) {

        private static final Receipt NOTHING =
                new Receipt(
                        null, null, WatermarkBasis.LOOKBACK, null, 0, 0, 0, 0, 0, 0, 0, 0, false);

        static ModelReport of(ModelResult result) {
            var receipt = result.receipt();
            var counts = receipt == null ? NOTHING : receipt;
            return new ModelReport(
                    result.model(),
                    result.revision(),
                    result.outcome(),
                    counts.cursorFrom(),
                    counts.cursorTo(),
                    receipt == null ? null : receipt.basis().name(),
                    counts.generation(),
                    counts.rowsRead(),
                    counts.rowsWritten(),
                    counts.rowsApplied(),
                    counts.rowsDeleted(),
                    counts.rowsQuarantined(),
                    counts.rowsWithoutLastModified(),
                    counts.bytes(),
                    counts.chunks(),
                    counts.fullScan(),
                    result.startedAt(),
                    result.endedAt(),
                    result.integrity(),
                    Failure.of(result.error()));
        }
    }

    static Transfer of(TransferRecord record) {
        var requested = record.requested();
        var request = requested == null ? null : requested.request();
        var target = target(record);
        var results = record.state().results().values().stream().map(ModelReport::of).toList();
        var dispatched = record.state().dispatched();
        return new Transfer(
                record.id().value(),
                request == null ? null : request.kind(),
                record.status(),
                target == null ? null : target.destinationId(),
                target != null
                        ? target.destinationName()
                        : request == null ? null : request.destination(),
                target == null ? null : target.recipientId(),
                target == null ? List.of() : target.sourceIds(),
                models(record, target),
                request != null && request.fullRefresh(),
                request == null ? null : request.windowStart(),
                request == null ? null : request.windowEnd(),
                requested == null ? record.seenAt() : requested.submittedAt(),
                record.startedAt(),
                record.endedAt(),
                requested == null ? null : requested.expiresAt(),
                null,
                request == null ? null : request.actor(),
                sorted(request == null ? Map.of() : request.tags()),
                record.state().cancelRequested(),
                worker(record),
                dispatched == null ? null : dispatched.epoch(),
                blockedBy(record),
                null,
                results.stream().mapToLong(ModelReport::rowsWritten).sum(),
                results.stream().mapToLong(ModelReport::bytes).sum(),
                Failure.of(Reasons.of(record)),
                results);
    }

    /// With what is known outside the log.
    Transfer with(@Nullable Beat beat, List<UUID> holders, @Nullable Integer position) {
        var waits =
                blockedBy.stream()
                        .map(b -> new BlockedBy(b.resource(), b.limit(), holders, position))
                        .toList();
        var pid = beat == null || beat.pid() == 0 ? null : (Long) beat.pid();
        return new Transfer(
                id,
                kind,
                status,
                destinationId,
                destinationName,
                recipientId,
                sourceIds,
                models,
                fullRefresh,
                startWindowAt,
                endWindowAt,
                submittedAt,
                startedAt,
                endedAt,
                expiresAt,
                beat == null ? null : beat.beatAt(),
                actor,
                tags,
                cancelRequested,
                worker == null ? null : new Worker(worker.launcher(), worker.host(), pid),
                epoch,
                waits,
                beat == null ? null : Progress.of(beat, startedAt, status.isFinal()),
                rowsTransferred,
                volumeBytes,
                error,
                modelResults);
    }

    private static @Nullable Target target(TransferRecord record) {
        var dispatched = record.state().dispatched();
        if (dispatched != null) {
            return dispatched.target();
        }
        var requested = record.requested();
        return requested == null ? null : requested.target();
    }

    private static List<String> models(TransferRecord record, @Nullable Target target) {
        var dispatched = record.state().dispatched();
        if (dispatched != null) {
            return dispatched.models().stream().map(ModelRevision::model).toList();
        }
        if (target != null) {
            return target.models();
        }
        var requested = record.requested();
        return requested == null ? List.of() : requested.request().models();
    }

    private static @Nullable Worker worker(TransferRecord record) {
        var started = record.state().started();
        return started == null ? null : new Worker(started.launcher(), started.host(), null);
    }

    /// Kept for one that expired: it says what for it waited in vain.
    private static List<BlockedBy> blockedBy(TransferRecord record) {
        var blocked = record.blocked();
        var waits = record.isWaiting() || record.status() == TransferStatus.EXPIRED;
        return blocked == null || !waits
                ? List.of()
                : List.of(new BlockedBy(blocked.resource(), blocked.limit(), List.of(), null));
    }

    private static SortedMap<String, String> sorted(Map<String, String> tags) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
}
