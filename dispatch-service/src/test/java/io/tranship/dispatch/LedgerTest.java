package io.tranship.dispatch;

import static io.tranship.dispatch.LedgerDriver.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Expired;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFact.Rejected;
import io.tranship.schemas.TransferFact.Requested;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One ledger on a real database, turned by hand.
@QuarkusTest
@TestProfile(ByHand.class)
class LedgerTest {

    private static final RunId RUN = new RunId(new UUID(9, 9));

    @Inject LedgerDriver ledger;

    private final Vendor vendor = Vendor.withOneOfEach().destination("globex", "globex");
    private long drawn;

    @BeforeEach
    void anEmptyLedgerWithRoom() {
        ledger.empty();
        ledger.catalog(vendor);
        ledger.room("launcher-1", 20, NOW);
    }

    @Test
    void aRequestIsTakenInAndDispatched() {
        var id = request("acme");
        ledger.tick(NOW);

        assertThat(ledger.said(id)).hasSize(2);
        var requested = (Requested) ledger.said(id).getFirst();
        assertThat(requested.submittedAt()).isEqualTo(NOW);
        assertThat(requested.expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(6)));
        var dispatched = (Dispatched) ledger.said(id).get(1);
        assertThat(dispatched.startBy()).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
        assertThat(dispatched.target()).isEqualTo(requested.target());
        assertThat(ledger.rows("select resource from slot order by 1"))
                .containsExactly(
                        List.of("destination:acme"),
                        List.of("fleet"),
                        List.of("model:acme/invoices"),
                        List.of("source:app"));
        assertThat(ledger.count("outbox where topic like '%work-orders'")).isEqualTo(1);
    }

    @Test
    void aKnownTransferIsDropped() {
        var id = request("acme");
        var asked = Vendor.ask(id, "globex", TransferKind.TRANSFER);
        ledger.request(NOW, asked, asked);
        ledger.tick(NOW);
        end(id);
        ledger.request(NOW, asked);
        ledger.tick(NOW);

        assertThat(ledger.said(Requested.class)).hasSize(1);
        assertThat(ledger.said(Dispatched.class)).hasSize(1);
    }

    @Test
    void whatIsOverIsRememberedForAsLongAsRequestsAreKept() {
        var id = request("acme");
        ledger.facts(new CancelRequested(id, Actor.SCHEDULE));

        assertThat(ledger.forget(java.time.Instant.now().plus(Duration.ofDays(7)))).isZero();
        assertThat(ledger.forget(java.time.Instant.now().plus(Duration.ofDays(9)))).isEqualTo(1);
    }

    @Test
    void aSecondTransferWaitsForTheFirstAndSaysSo() {
        var first = request("acme");
        var second = request("acme");
        ledger.tick(NOW);
        ledger.tick(NOW);

        assertThat(ledger.running()).containsExactly(first.value());
        assertThat(ledger.said(second).getLast())
                .isEqualTo(new Blocked(second, 1, "destination:acme", 1));

        end(first);
        ledger.tick(NOW);
        assertThat(ledger.running()).containsExactly(second.value());
    }

    @Test
    void aTransferIsBlockedOncePerResource() {
        vendor.source("app", 1);
        ledger.catalog(vendor);
        var first = request("globex");
        var second = request("acme");
        var third = request("acme");
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(first.value());
        assertThat(ledger.said(second).getLast())
                .isEqualTo(new Blocked(second, 1, "source:app", 1));
        assertThat(ledger.said(third).getLast()).isEqualTo(new Blocked(third, 1, "source:app", 1));

        end(first);
        ledger.settle(NOW);

        assertThat(ledger.running()).containsExactly(second.value());
        assertThat(ledger.said(third).getLast())
                .as("still the source, though it was looked at again")
                .isEqualTo(new Blocked(third, 1, "source:app", 1));
    }

    @Test
    void withoutALauncherTransfersStayPending() {
        ledger.sql("truncate launcher");
        var id = request("acme");
        ledger.settle(NOW);
        assertThat(ledger.said(id).getLast()).isEqualTo(new Blocked(id, 1, "fleet", 0));

        ledger.room("launcher-1", 0, NOW);
        ledger.settle(NOW);
        assertThat(ledger.running()).as("a launcher that drains").isEmpty();

        ledger.room("launcher-1", 1, NOW.plusSeconds(1));
        ledger.settle(NOW.plusSeconds(1));
        assertThat(ledger.running()).containsExactly(id.value());
    }

    @Test
    void aSilentLauncherHasNoRoom() {
        var id = request("acme");
        ledger.settle(NOW.plusSeconds(61));

        assertThat(ledger.running()).isEmpty();
        assertThat(ledger.said(id).getLast()).isEqualTo(new Blocked(id, 1, "fleet", 0));
    }

    @Test
    void nothingIsDispatchedInTheLastMinute() {
        request("acme");
        var late = NOW.plus(Duration.ofHours(6)).minusSeconds(59);
        ledger.room("launcher-1", 20, late);
        ledger.settle(late);
        assertThat(ledger.running()).isEmpty();

        ledger.settle(late.minusSeconds(2));
        assertThat(ledger.running()).hasSize(1);
    }

    @Test
    void aReleaseTwiceIsHarmless() {
        var first = request("acme");
        var second = request("acme");
        request("acme");
        ledger.tick(NOW);
        var end = ended(first);
        ledger.facts(end);
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(second.value());

        assertThat(ledger.facts(end)).isFalse();
        ledger.settle(NOW);

        assertThat(ledger.running()).containsExactly(second.value());
        assertThat(ledger.rows("select parked_on from queue"))
                .containsExactly(List.of("destination:acme"));
    }

    @Test
    void duplicatesOfEveryFactChangeNothing() {
        var done = request("acme");
        var waits = request("acme");
        var cancelled = request("acme");
        ledger.tick(NOW);
        var known = new ArrayList<TransferFact>(ended(done));
        known.add(new CancelRequested(cancelled, Actor.SCHEDULE));
        ledger.facts(known);
        ledger.settle(NOW);
        ledger.facts(new Started(waits, epoch(waits), RUN, "launcher-1", "host"));
        known.addAll(ledger.said());
        var before = ledger.everything();

        for (var fact : known) {
            ledger.facts(fact);
            assertThat(ledger.everything()).as("after %s", fact).isEqualTo(before);
        }
        Collections.shuffle(known, new java.util.Random(7));
        ledger.facts(known);

        assertThat(ledger.everything()).isEqualTo(before);
        assertThat(ledger.said(Cancelled.class)).hasSize(1);
    }

    @Test
    void theEndOfAVoidRunGivesNothingBack() {
        var id = request("acme");
        ledger.tick(NOW);
        ledger.facts(
                new Started(id, epoch(id), RUN, "launcher-1", "host"),
                new Started(id, epoch(id), new RunId(new UUID(8, 8)), "launcher-2", "host"),
                new Finished(id, epoch(id), new RunId(new UUID(8, 8)), RunEnd.COMPLETED, null),
                new Finished(id, epoch(id), null, RunEnd.NOT_STARTED, null),
                new Orphaned(id, epoch(id) - 1),
                new Expired(id));

        assertThat(ledger.count("slot")).isEqualTo(4);
    }

    @Test
    void whatExpiredBeforeItsDispatchWasInTheLogGivesItsSlotsBack() {
        var id = request("acme");
        ledger.tick(NOW);
        var dispatched = ledger.said(id).getLast();
        ledger.facts(new Expired(id), dispatched);

        assertThat(ledger.count("slot")).isZero();
        assertThat(ledger.count("dispatched")).isZero();
    }

    @Test
    void aTickReadsTheClockUnderTheLock() {
        var read = new CompletableFuture<Boolean>();
        var tick =
                ledger.whileLocked(() ->
                        ledger.tickBy(
                                () -> {
                                    read.complete(true);
                                    return NOW;
                                },
                                () -> assertThat(read).isNotDone()));

        assertThat(tick).succeedsWithin(Duration.ofSeconds(20));
        assertThat(read).isCompletedWithValue(true);
    }

    @Test
    void aReplicaThatFreezesInATransactionLosesItsLock() {
        assertThat(ledger.setting("idle_in_transaction_session_timeout")).isEqualTo("15s");
        assertThat(ledger.setting("statement_timeout")).isEqualTo("30s");
    }

    @Test
    void anOrderThatNobodyTookGivesItsSlotsBack() {
        var id = request("acme");
        ledger.tick(NOW);
        ledger.facts(new Finished(id, epoch(id), null, RunEnd.NOT_STARTED, null));

        assertThat(ledger.count("slot")).isZero();
        assertThat(ledger.count("dispatched")).isZero();
    }

    @Test
    void aCancelBeforeTheDispatchWithdraws() {
        var id = request("acme");
        ledger.facts(new CancelRequested(id, Actor.SCHEDULE));
        ledger.settle(NOW);

        assertThat(ledger.running()).isEmpty();
        assertThat(ledger.said(id).getLast()).isEqualTo(new Cancelled(id));
    }

    @Test
    void aCancelAfterTheDispatchIsLeftToTheLauncher() {
        var id = request("acme");
        ledger.tick(NOW);
        ledger.facts(new CancelRequested(id, Actor.SCHEDULE));

        assertThat(ledger.running()).containsExactly(id.value());
        assertThat(ledger.said(Cancelled.class)).isEmpty();
    }

    @Test
    void aCancelThatRacesWithADispatchHasOneWinner() throws Exception {
        for (var i = 0; i < 20; i++) {
            var id = request("acme");
            var tick = CompletableFuture.runAsync(() -> ledger.tick(NOW));
            var cancel =
                    CompletableFuture.runAsync(
                            () -> ledger.facts(new CancelRequested(id, Actor.SCHEDULE)));
            CompletableFuture.allOf(tick, cancel).get(20, java.util.concurrent.TimeUnit.SECONDS);

            var ends =
                    ledger.said(id).stream()
                            .filter(f -> f instanceof Cancelled || f instanceof Dispatched)
                            .toList();
            assertThat(ends).hasSize(1);
            if (ends.getFirst() instanceof Dispatched dispatched) {
                ledger.facts(new Orphaned(id, dispatched.epoch()));
            }
        }
    }

    @Test
    void anUnknownDestinationWaitsAMinuteAndIsThenRejected() {
        var id = request("later");
        ledger.settle(NOW);
        assertThat(((Requested) ledger.said(id).getFirst()).target()).isNull();
        assertThat(ledger.said(id).getLast()).isEqualTo(new Blocked(id, 1, "catalog", 0));

        ledger.settle(NOW.plusSeconds(59));
        assertThat(ledger.said(Rejected.class)).isEmpty();

        ledger.settle(NOW.plusSeconds(60));
        var rejected = ledger.said(Rejected.class).getFirst();
        assertThat(rejected.error().code()).isEqualTo(ErrorCode.UNKNOWN_DESTINATION.code());
        assertThat(rejected.error().message()).contains("'later'");
        assertThat(ledger.count("queue")).isZero();
    }

    @Test
    void aDestinationThatComesInTimeIsServed() {
        var id = request("later");
        ledger.settle(NOW);
        ledger.catalog(vendor.destination("later", "later"));
        ledger.settle(NOW.plusSeconds(1));

        assertThat(ledger.running()).containsExactly(id.value());
    }

    @Test
    void anUnknownModelIsRejectedByName() {
        ledger.request(
                NOW, Vendor.ask(draw(), "acme", TransferKind.TRANSFER, "invoices", "nothing"));
        ledger.settle(NOW);
        ledger.settle(NOW.plusSeconds(60));

        var error = ledger.said(Rejected.class).getFirst().error();
        assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL.code());
        assertThat(error.message()).contains("'nothing'", "'acme'");
    }

    @Test
    void aRequestMadeUnderANewerCatalogWaitsForIt() {
        var id = draw();
        ledger.request(
                NOW,
                Vendor.under(Vendor.ask(id, "acme", TransferKind.TRANSFER), vendor.revision() + 1));
        ledger.settle(NOW.plusSeconds(50));
        assertThat(ledger.running()).isEmpty();

        ledger.catalog(vendor.model("orders", "app"));
        ledger.settle(NOW.plusSeconds(51));

        var dispatched = ledger.said(Dispatched.class).getFirst();
        assertThat(dispatched.target().models()).containsExactly("invoices", "orders");
    }

    @Test
    void whatIsDeletedWhileItWaitsIsRejected() {
        var first = request("acme");
        request("acme");
        ledger.settle(NOW);
        ledger.deleteFromCatalog("destination:acme");
        end(first);
        ledger.settle(NOW);
        ledger.settle(NOW.plusSeconds(60));

        assertThat(ledger.said(Rejected.class)).hasSize(1);
        assertThat(ledger.count("queue")).isZero();
    }

    @Test
    void aRaisedLimitTakesEffectAtOnce() {
        vendor.source("app", 1);
        ledger.catalog(vendor);
        request("acme");
        request("globex");
        ledger.settle(NOW);
        assertThat(ledger.running()).hasSize(1);

        ledger.catalog(vendor.source("app", 2));
        ledger.settle(NOW);

        assertThat(ledger.running()).hasSize(2);
    }

    @Test
    void aLoweredLimitKillsNobodyAndLetsNobodyIn() {
        vendor.destination("acme", "acme", 3, "*").model("orders", "app").model("users", "app");
        ledger.catalog(vendor);
        var models = List.of("invoices", "orders", "users");
        var running =
                models.stream()
                        .map(model -> {
                            var id = draw();
                            ledger.request(
                                    NOW, Vendor.ask(id, "acme", TransferKind.TRANSFER, model));
                            return id;
                        })
                        .toList();
        ledger.settle(NOW);
        assertThat(ledger.running()).hasSize(3);

        ledger.catalog(vendor.destination("acme", "acme", 1, "*"));
        var waiting = draw();
        ledger.request(NOW, Vendor.ask(waiting, "acme", TransferKind.TRANSFER, "invoices"));
        ledger.settle(NOW);
        assertThat(ledger.running()).hasSize(3);

        end(running.get(0));
        ledger.settle(NOW);
        end(running.get(1));
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(running.get(2).value());

        end(running.get(2));
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(waiting.value());
    }

    @Test
    void anIntegrityJobWaitsForTransfersAndPastTheBoundTheyWaitForIt() {
        vendor.destination("acme", "acme", 3, "*").model("orders", "app");
        ledger.catalog(vendor);
        var running = draw();
        ledger.request(NOW, Vendor.ask(running, "acme", TransferKind.TRANSFER, "invoices"));
        ledger.settle(NOW);
        var integrity = draw();
        ledger.request(NOW, Vendor.ask(integrity, "acme", TransferKind.INTEGRITY, "orders"));
        ledger.settle(NOW);
        assertThat(ledger.said(integrity).getLast())
                .isEqualTo(new Blocked(integrity, 1, "mode:acme/INTEGRITY", 1));

        var later = NOW.plus(Duration.ofMinutes(16));
        ledger.room("launcher-1", 20, later);
        var next = draw();
        ledger.request(later, Vendor.ask(next, "acme", TransferKind.TRANSFER, "orders"));
        ledger.settle(later);
        assertThat(ledger.running()).containsExactly(running.value());

        end(running);
        ledger.settle(later);
        assertThat(ledger.running()).containsExactly(integrity.value());

        end(integrity);
        ledger.settle(later);
        assertThat(ledger.running()).containsExactly(next.value());
    }

    @Test
    void anIntegrityJobThatIsWithdrawnLetsTransfersGo() {
        vendor.destination("acme", "acme", 3, "*").model("orders", "app");
        ledger.catalog(vendor);
        ledger.request(NOW, Vendor.ask(draw(), "acme", TransferKind.TRANSFER, "invoices"));
        ledger.settle(NOW);
        var integrity = draw();
        ledger.request(NOW, Vendor.ask(integrity, "acme", TransferKind.INTEGRITY, "orders"));
        var later = NOW.plus(Duration.ofMinutes(16));
        ledger.room("launcher-1", 20, later);
        ledger.request(later, Vendor.ask(draw(), "acme", TransferKind.TRANSFER, "orders"));
        ledger.settle(later);
        assertThat(ledger.running()).hasSize(1);

        ledger.facts(new CancelRequested(integrity, Actor.SCHEDULE));
        ledger.settle(later);

        assertThat(ledger.running()).hasSize(2);
    }

    @Test
    void anOrderThatIsTooLargeIsRejectedAndItsRoomGoesToTheNext() {
        aModelOfGreatSize();
        ledger.catalog(vendor);
        var large = draw();
        ledger.request(NOW.minusSeconds(1), Vendor.ask(large, "acme", TransferKind.TRANSFER));
        var next = draw();
        ledger.request(NOW, Vendor.ask(next, "acme", TransferKind.TRANSFER, "invoices"));
        ledger.settle(NOW);

        var rejected = ledger.said(Rejected.class).getFirst();
        assertThat(rejected.transferId()).isEqualTo(large);
        assertThat(rejected.error().code()).isEqualTo(ErrorCode.ORDER_TOO_LARGE.code());
        assertThat(ledger.running()).containsExactly(next.value());
    }

    @Test
    void whoWaitedForAnOrderThatIsTooLargeIsWoken() {
        aModelOfGreatSize();
        vendor.destination("acme", "acme", 3, "*");
        ledger.catalog(vendor);
        ledger.request(NOW.minusSeconds(1), Vendor.ask(draw(), "acme", TransferKind.TRANSFER));
        var integrity = draw();
        ledger.request(NOW, Vendor.ask(integrity, "acme", TransferKind.INTEGRITY, "invoices"));
        ledger.settle(NOW);

        assertThat(ledger.said(Rejected.class)).hasSize(1);
        assertThat(ledger.running()).containsExactly(integrity.value());
    }

    @Test
    void epochsRiseThroughARestoredDatabase() {
        var first = request("acme");
        ledger.tick(NOW);
        var before = epoch(first);
        ledger.sql("update epoch set last = 0");
        request("globex");
        ledger.tick(NOW.plusSeconds(1));

        var epochs = ledger.said(Dispatched.class).stream().map(Dispatched::epoch).toList();
        assertThat(epochs).hasSize(2).isSorted();
        assertThat(epochs.getLast()).isGreaterThan(before);
    }

    @Test
    void aRestoredDatabaseLearnsFromTheLogWhoRuns() {
        var id = request("acme");
        ledger.tick(NOW);
        var log = ledger.said(id);
        ledger.sql("truncate transfer, queue, dispatched, slot");

        ledger.facts(log);
        ledger.request(NOW, Vendor.ask(id, "acme", TransferKind.TRANSFER));
        var second = request("acme");
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(id.value());
        assertThat(ledger.count("slot")).isEqualTo(4);

        ledger.facts(new Orphaned(id, ((Dispatched) log.getLast()).epoch()));
        ledger.settle(NOW);
        assertThat(ledger.running()).containsExactly(second.value());
    }

    @Test
    void aLongLineIsServedToItsEnd() {
        for (var i = 0; i < 40; i++) {
            vendor.destination("d" + i, "r" + i);
        }
        vendor.source("app", 1);
        ledger.catalog(vendor);
        ledger.room("launcher-1", 100, NOW);
        for (var i = 0; i < 40; i++) {
            request("d" + i);
            request("d" + i);
        }
        ledger.settle(NOW);
        assertThat(ledger.running()).hasSize(1);

        ledger.catalog(vendor.source("app", 100));
        ledger.settle(NOW);

        assertThat(ledger.running()).hasSize(40);
        assertThat(ledger.sleepers(NOW)).isEmpty();
        assertThat(ledger.count("freed")).isZero();
    }

    /// Ten recipients keep two sources busy; one transfer needs both. Every minute one run ends,
    /// and new ones are asked for all the time.
    @Test
    void noRecipientWaitsLongerThanTheBound() {
        needsTwoSources();
        var scarce = draw();
        ledger.request(NOW, Vendor.ask(scarce, "both", TransferKind.TRANSFER));

        var minutes = minutesUntilItRuns(scarce, 60);

        assertThat(minutes)
                .as("wait bound of 15 minutes, and the two runs of 2 minutes that were there then")
                .isBetween(15, 15 + 2 * 2);
    }

    @Test
    void whatWasHeldBackForATransferThatIsWithdrawnIsGivenToOthers() {
        needsTwoSources();
        var scarce = draw();
        ledger.request(NOW, Vendor.ask(scarce, "both", TransferKind.TRANSFER));
        minutesUntilItRuns(scarce, 15);
        var later = NOW.plus(Duration.ofMinutes(16));
        ledger.room("launcher-1", 20, later);
        ledger.settle(later);
        assertThat(heldBackFor(scarce)).isNotEmpty();

        ledger.facts(new CancelRequested(scarce, Actor.SCHEDULE));
        ledger.settle(later);

        assertThat(heldBackFor(scarce)).isEmpty();
        assertThat(ledger.sleepers(later)).isEmpty();
        assertThat(ledger.running()).hasSize(2);
    }

    @Test
    void nothingIsHeldBackForOneThatIsAboutToExpire() {
        needsTwoSources();
        var scarce = draw();
        ledger.request(NOW, Vendor.ask(scarce, "both", TransferKind.TRANSFER));
        minutesUntilItRuns(scarce, 15);
        var late = NOW.plus(Duration.ofHours(6)).minusSeconds(59);
        ledger.room("launcher-1", 20, late);
        ledger.settle(late);

        assertThat(heldBackFor(scarce)).isEmpty();
    }

    private List<List<Object>> heldBackFor(TransferId id) {
        return ledger.rows(
                "select resource from reservation where transfer_id = '%s'".formatted(id));
    }

    private void needsTwoSources() {
        vendor.source("app", 1).source("billing", 1).model("bills", "billing");
        vendor.destination("both", "both", 1, "invoices", "bills");
        for (var i = 0; i < 10; i++) {
            vendor.destination("d" + i, "r" + i, 1, i % 2 == 0 ? "invoices" : "bills");
        }
        ledger.catalog(vendor);
        ask(NOW.minusSeconds(30));
        ledger.settle(NOW);
        assertThat(ledger.running()).hasSize(2);
    }

    private void ask(java.time.Instant at) {
        for (var i = 0; i < 10; i++) {
            ledger.request(at, Vendor.ask(draw(), "d" + i, TransferKind.TRANSFER));
        }
    }

    /// Each run takes two minutes; one of the two sources is given back each minute.
    private int minutesUntilItRuns(TransferId id, int most) {
        for (var minute = 0; minute < most; minute++) {
            if (ledger.running().contains(id.value())) {
                return minute;
            }
            var now = NOW.plus(Duration.ofMinutes(minute));
            ledger.room("launcher-1", 20, now);
            var running = ledger.running();
            if (!running.isEmpty()) {
                end(new TransferId(running.getFirst()));
            }
            if (minute % 5 == 0) {
                ask(now);
            }
            ledger.settle(now);
        }
        return most;
    }

    @Test
    void whatDriftsApartIsSeen() {
        var over = request("acme");
        var slotless = request("globex");
        var lost = request("acme");
        ledger.settle(NOW);
        assertThat(ledger.drift()).isEmpty();

        ledger.sql("update transfer set over_at = now() where transfer_id = '%s'".formatted(over));
        ledger.sql("delete from slot where transfer_id = '%s'".formatted(slotless));
        ledger.sql("update dispatched set epoch = 1 where transfer_id = '%s'".formatted(slotless));
        ledger.sql("delete from queue where transfer_id = '%s'".formatted(lost));
        ledger.sql("insert into slot select 'source:none', 1, gen_random_uuid()");

        assertThat(ledger.drift())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "over_and_holds", 1.0,
                                "dispatched_without_slots", 1.0,
                                "slots_without_dispatch", 1.0,
                                "other_epoch", 1.0,
                                "nowhere", 1.0));
    }

    private void aModelOfGreatSize() {
        var columns =
                IntStream.range(0, 30_000)
                        .mapToObj(i ->
                                new CatalogRecord.Column(
                                        "a_column_with_a_long_name_" + i, null, null))
                        .toList();
        var small = (CatalogRecord.Model) vendor.find("model:invoices");
        vendor.model("large", "app");
        var revision = vendor.revision();
        vendor.put(
                new CatalogRecord.Model(
                        "large",
                        "large",
                        revision,
                        small.source(),
                        "large",
                        small.tenancy(),
                        small.primaryKey(),
                        small.lastModified(),
                        small.nullLastModified(),
                        0,
                        columns,
                        null,
                        small.backfillNewColumns()));
    }

    private TransferId request(String destination) {
        var id = draw();
        ledger.request(NOW, Vendor.ask(id, destination, TransferKind.TRANSFER));
        return id;
    }

    private TransferId draw() {
        return new TransferId(new UUID(7, ++drawn));
    }

    private long epoch(TransferId id) {
        return (Long)
                ledger.rows("select epoch from transfer where transfer_id = '%s'".formatted(id))
                        .getFirst()
                        .getFirst();
    }

    private List<TransferFact> ended(TransferId id) {
        return List.of(
                new Started(id, epoch(id), RUN, "launcher-1", "host"),
                new Finished(id, epoch(id), RUN, RunEnd.COMPLETED, null));
    }

    private void end(TransferId id) {
        ledger.facts(ended(id));
    }
}
