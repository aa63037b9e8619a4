package io.tranship.status;

import static io.tranship.schemas.TransferStatus.CANCELLED;
import static io.tranship.schemas.TransferStatus.ERROR;
import static io.tranship.schemas.TransferStatus.EXPIRED;
import static io.tranship.schemas.TransferStatus.KILLED;
import static io.tranship.schemas.TransferStatus.ORPHANED;
import static io.tranship.schemas.TransferStatus.PARTIAL_FAILURE;
import static io.tranship.schemas.TransferStatus.PENDING;
import static io.tranship.schemas.TransferStatus.RUNNING;
import static io.tranship.schemas.TransferStatus.SUCCESS;
import static io.tranship.status.Logs.T0;
import static io.tranship.status.Logs.at;
import static io.tranship.status.Logs.fold;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Actor;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransferRecordTest {

    private final Logs log = new Logs();

    @SeededTest(tries = 500)
    void aFactAlreadyKnownChangesNothing(RandomGenerator random) {
        var facts = Logs.logged(TransferFacts.anyLog(random));
        var record = TransferRecord.fold(facts);
        var known = facts.get(random.nextInt(facts.size()));

        assertThat(record.after(new LoggedFact(known.fact(), T0.plusSeconds(1000))))
                .isEqualTo(record);
    }

    @SeededTest(tries = 300)
    void theSameLogGivesTheSameRecordByteForByte(RandomGenerator random) {
        var facts = Logs.logged(TransferFacts.anyLog(random));

        assertThat(RowCodec.write(TransferRow.of(TransferRecord.fold(facts))))
                .isEqualTo(RowCodec.write(TransferRow.of(TransferRecord.fold(facts))));
    }

    @SeededTest(tries = 300)
    void theStoredRecordReadsBackAsItWas(RandomGenerator random) {
        var shown = Transfer.of(TransferRecord.fold(Logs.logged(TransferFacts.anyLog(random))));

        assertThat(RowCodec.read(RowCodec.write(shown), Transfer.class)).isEqualTo(shown);
    }

    @SeededTest(tries = 1000)
    void anyFactsInAnyOrderGiveARowThatTheDatabaseTakes(RandomGenerator random) {
        var facts = TransferFacts.anyFacts(random);
        if (facts.isEmpty()) {
            return;
        }
        var row = TransferRow.of(TransferRecord.fold(Logs.logged(facts)));

        assertThat(row.endedAt() != null).isEqualTo(row.status().isFinal());
        switch (row.status()) {
            case PENDING, CANCELLED, EXPIRED -> assertThat(row.startedAt()).isNull();
            case RUNNING, SUCCESS, PARTIAL_FAILURE, KILLED, ORPHANED ->
                    assertThat(row.startedAt()).isNotNull();
            case ERROR -> {}
        }
        assertThat(row.epoch() == null).isEqualTo(row.startBy() == null);
        assertThat(row.waitsFor() != null && (row.status() != PENDING || row.epoch() != null))
                .isFalse();
        assertThat(!row.holds().isEmpty() && (row.endedAt() != null || row.epoch() == null))
                .isFalse();
    }

    @Test
    void theNineStatusesHaveTheirTimes() {
        var requested = log.requested();
        var dispatched = log.dispatched();
        var started = log.started();
        var cancel = log.cancelRequested();
        var failed = log.failed("orders", ErrorCode.SOURCE_TABLE_MISSING.error("orders"));

        expect(PENDING, null, null, requested);
        expect(PENDING, null, null, requested, log.blocked(1, "fleet"), dispatched);
        expect(RUNNING, 2, null, requested, dispatched, started);
        expect(SUCCESS, 2, 5, log.success().toArray(TransferFact[]::new));
        expect(
                PARTIAL_FAILURE,
                2,
                5,
                requested,
                dispatched,
                started,
                log.success("invoices"),
                failed,
                log.finished(RunEnd.COMPLETED));
        expect(ERROR, 2, 4, requested, dispatched, started, failed, log.finished(RunEnd.COMPLETED));
        expect(ERROR, null, 1, requested, new Rejected(log.id, ErrorCode.NO_MODEL.error("none")));
        expect(ERROR, null, 2, requested, dispatched, log.notStarted());
        expect(CANCELLED, null, 2, requested, cancel, new Cancelled(log.id));
        expect(CANCELLED, null, 3, requested, dispatched, cancel, log.notStarted());
        expect(KILLED, 2, 4, requested, dispatched, started, cancel, log.finished(RunEnd.STOPPED));
        expect(
                KILLED,
                2,
                4,
                requested,
                dispatched,
                started,
                cancel,
                new Orphaned(log.id, Logs.EPOCH));
        expect(EXPIRED, null, 1, requested, new Expired(log.id));
        expect(ORPHANED, 2, 3, requested, dispatched, started, new Orphaned(log.id, Logs.EPOCH));
        expect(ORPHANED, 2, 3, requested, dispatched, started, log.finished(RunEnd.DIED));
    }

    private static void expect(
            TransferStatus status,
            @Nullable Integer startedAt,
            @Nullable Integer endedAt,
            TransferFact... facts) {
        var transfer = Transfer.of(fold(facts));

        assertThat(transfer.status()).isEqualTo(status);
        assertThat(transfer.submittedAt()).isEqualTo(T0);
        assertThat(transfer.startedAt()).isEqualTo(time(startedAt));
        assertThat(transfer.endedAt()).isEqualTo(time(endedAt));
    }

    private static @Nullable Instant time(@Nullable Integer fact) {
        return fact == null ? null : at(fact);
    }

    @Test
    void theGreatestTurnSaysWhatItWaitsFor() {
        var late = fold(log.requested(), log.blocked(2, "source:s"), log.blocked(1, "fleet"));

        assertThat(Transfer.of(late).blockedBy())
                .singleElement()
                .extracting(Transfer.BlockedBy::resource)
                .isEqualTo("source:s");
    }

    @Test
    void whatWasDispatchedWaitsForNothing() {
        var record = fold(log.requested(), log.blocked(1, "fleet"), log.dispatched());

        assertThat(Transfer.of(record).blockedBy()).isEmpty();
        assertThat(Resources.awaited(record)).isNull();
    }

    @Test
    void aTransferHoldsWhatTheLedgerCountsUntilItIsOver() {
        var record = fold(log.requested(), log.dispatched(), log.started());
        var over = record.after(new LoggedFact(log.finished(RunEnd.COMPLETED), T0));

        assertThat(Resources.held(record))
                .containsExactlyInAnyOrder(
                        "fleet",
                        "destination:" + log.destinationId,
                        "source:s1-" + log.destinationId,
                        "model:" + log.destinationId + "/invoices",
                        "model:" + log.destinationId + "/orders",
                        "mode:" + log.destinationId + "/INTEGRITY",
                        "mode:" + log.destinationId + "/RESTORE",
                        "mode:" + log.destinationId + "/PURGE");
        assertThat(Resources.held(over)).isEmpty();
    }

    @Test
    void successNeedsAReceiptForEveryModel() {
        var missing =
                fold(
                        log.requested(),
                        log.dispatched(),
                        log.started(),
                        log.success("invoices"),
                        log.finished(RunEnd.COMPLETED));
        var unbalanced =
                fold(
                        log.requested(),
                        log.dispatched(),
                        log.started(),
                        log.success("invoices"),
                        log.unbalanced("orders"),
                        log.finished(RunEnd.COMPLETED));

        assertThat(missing.status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(blame(missing)).isEqualTo("TRN-509 platform");
        assertThat(unbalanced.status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(blame(unbalanced)).isEqualTo("TRN-509 platform");
    }

    @Test
    void aFailedModelTakesTheBlame() {
        var record =
                fold(
                        log.requested(),
                        log.dispatched(),
                        log.started(),
                        log.failed("orders", ErrorCode.SOURCE_AUTH_FAILED.error("user u")),
                        log.failed("invoices", ErrorCode.DESTINATION_DISK_FULL.error("d")),
                        log.finished(RunEnd.COMPLETED));

        assertThat(blame(record)).isEqualTo("TRN-412 destination");
    }

    @Test
    void whatNobodyAskedToStopIsThePlatformsFault() {
        var begin = List.of(log.requested(), log.dispatched(), log.started());
        var stopped = then(begin, log.success("invoices"), log.finished(RunEnd.STOPPED));
        var died = then(begin, log.finished(RunEnd.DIED));
        var silent = then(begin, new Orphaned(log.id, Logs.EPOCH));
        var notTaken = fold(log.requested(), log.dispatched(), log.notStarted());
        var notUp = then(begin, log.finished(RunEnd.NOT_STARTED));
        var expired = fold(log.requested(), new Expired(log.id));

        assertThat(stopped.status()).isEqualTo(PARTIAL_FAILURE);
        assertThat(blame(stopped)).isEqualTo("TRN-506 platform");
        assertThat(blame(died)).isEqualTo("TRN-504 platform");
        assertThat(blame(silent)).isEqualTo("TRN-512 platform");
        assertThat(blame(notTaken)).isEqualTo("TRN-502 platform");
        assertThat(blame(notUp)).isEqualTo("TRN-503 platform");
        assertThat(blame(expired)).isEqualTo("TRN-511 platform");
    }

    @Test
    void whatThePlatformCutOffIsNoUsersFault() {
        var killed =
                fold(
                        log.requested(),
                        log.dispatched(),
                        log.started(),
                        new CancelRequested(log.id, Actor.PLATFORM),
                        log.finished(RunEnd.STOPPED));

        assertThat(killed.status()).isEqualTo(KILLED);
        assertThat(blame(killed)).isEqualTo("TRN-513 platform");
    }

    /// So that every reader of the log gives the same reason.
    @SeededTest(tries = 500)
    void theReasonIsThatOfTheStateUnlessItWasCancelled(RandomGenerator random) {
        var record = TransferRecord.fold(Logs.logged(TransferFacts.anyLog(random)));

        if (record.status() != CANCELLED && record.status() != KILLED) {
            assertThat(Reasons.of(record)).isEqualTo(record.state().error());
        } else {
            assertThat(Reasons.of(record)).isNotNull();
        }
    }

    /// All orders of a small log, each with every fact once more behind it.
    @Test
    void everyOrderOfASmallLogFoldsToOneRecordHoweverOftenItIsTold() {
        var facts =
                List.<TransferFact>of(
                        log.requested(),
                        log.blocked(1, "fleet"),
                        log.dispatched(),
                        log.started(),
                        log.cancelRequested(),
                        log.finished(RunEnd.STOPPED));
        for (var order : permutations(facts)) {
            var record = TransferRecord.fold(Logs.logged(order));
            var again = new TransferLog(log.id, record.seenAt(), List.of(), List.of());
            for (var fact : Logs.logged(order)) {
                again.add(Logs.digest(fact.fact()), fact);
            }
            for (var fact : Logs.logged(order)) {
                assertThat(again.add(Logs.digest(fact.fact()), fact)).isFalse();
            }

            assertThat(again.record()).isEqualTo(record);
            assertThat(TransferRow.of(record)).isNotNull();
        }
    }

    private static List<List<TransferFact>> permutations(List<TransferFact> facts) {
        if (facts.isEmpty()) {
            return List.of(List.of());
        }
        var all = new ArrayList<List<TransferFact>>();
        for (var first : facts) {
            var rest = new ArrayList<>(facts);
            rest.remove(first);
            for (var behind : permutations(rest)) {
                var order = new ArrayList<TransferFact>();
                order.add(first);
                order.addAll(behind);
                all.add(order);
            }
        }
        return all;
    }

    @Test
    void whatSomebodyStoppedIsTheirs() {
        var killed =
                fold(
                        log.requested(),
                        log.dispatched(),
                        log.started(),
                        log.cancelRequested(),
                        log.finished(RunEnd.STOPPED));

        assertThat(blame(killed)).isEqualTo("TRN-106 user");
    }

    @Test
    void whatRanToItsEndAfterACancelCountsByItsResults() {
        var facts = new ArrayList<>(log.success());
        facts.add(3, log.cancelRequested());
        var record = TransferRecord.fold(Logs.logged(facts));

        assertThat(record.status()).isEqualTo(SUCCESS);
        assertThat(Transfer.of(record).error()).isNull();
        assertThat(Transfer.of(record).cancelRequested()).isTrue();
    }

    @Test
    void aNameTooLongForAnIndexIsCutInTheColumnOnly() {
        var longName = "source:" + "n".repeat(10_000);
        var record = fold(log.requested(), log.blocked(1, longName));

        assertThat(TransferRow.of(record).waitsFor()).hasSizeLessThanOrEqualTo(500);
        assertThat(Transfer.of(record).blockedBy().getFirst().resource()).isEqualTo(longName);
    }

    @Test
    void aTimeThatNoColumnTakesIsCutInTheColumnOnly() {
        log.expiresAt = Instant.parse("+290000-01-01T00:00:00Z");
        var record = fold(log.requested());

        assertThat(TransferRow.of(record).expiresAt()).isEqualTo("9999-12-31T23:59:59Z");
        assertThat(Transfer.of(record).expiresAt()).isEqualTo(log.expiresAt);
    }

    private static TransferRecord then(List<? extends TransferFact> begin, TransferFact... rest) {
        var all = new ArrayList<TransferFact>(begin);
        all.addAll(List.of(rest));
        return TransferRecord.fold(Logs.logged(all));
    }

    private static String blame(TransferRecord record) {
        var error = Transfer.of(record).error();
        assertThat(error).isNotNull();
        return error.code() + " " + error.blame();
    }
}
