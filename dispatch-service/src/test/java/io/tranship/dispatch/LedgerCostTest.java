package io.tranship.dispatch;

import static io.tranship.dispatch.LedgerDriver.NOW;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Measures dispatch and release with many waiting, and asserts nothing: `-Dtest=LedgerCostTest
/// -Dmeasure=true`.
@QuarkusTest
@TestProfile(ByHand.class)
@EnabledIfSystemProperty(named = "measure", matches = "true")
class LedgerCostTest {

    private static final int DESTINATIONS = 1_000;

    @Inject LedgerDriver ledger;

    private long drawn;

    @Test
    void dispatchAndReleaseWithManyWaiting() {
        for (var waiting : new int[] {1_000, 100_000, 1_000}) {
            fill(waiting, 1_000);
            for (var batch : new int[] {1, 100, 500}) {
                turn(batch, Math.max(3, 50 / batch), false);
                report("destinations", waiting, batch, turn(batch, Math.max(5, 200 / batch), true));
            }
        }
    }

    @Test
    void dispatchAndReleaseWithManyWaitingForTheFleet() {
        for (var waiting : new int[] {1_000, 100_000}) {
            fill(waiting, 200);
            for (var batch : new int[] {1, 10, 100}) {
                turn(batch, 3, false);
                report("fleet", waiting, batch, turn(batch, Math.max(5, 100 / batch), true));
            }
        }
    }

    private void report(String what, int waiting, int batch, double micros) {
        System.out.printf(
                "COST %-12s waiting %6d, released at once %3d: %6.0f us each%n",
                what, waiting, batch, micros);
    }

    private void fill(int waiting, int room) {
        ledger.empty();
        var vendor = new Vendor().source("app", 5_000).model("invoices", "app");
        for (var i = 0; i < DESTINATIONS; i++) {
            vendor.destination("d" + i, "r" + i);
        }
        ledger.catalog(vendor);
        ledger.room("launcher-1", room, NOW);
        for (var asked = 0; asked < waiting + room; asked += 500) {
            ask(asked, 500);
            ledger.settle(NOW);
        }
        ledger.sql("truncate outbox");
        ledger.sql("vacuum analyze");
    }

    private void ask(int from, int count) {
        var requests = new ArrayList<TransferRequest>();
        for (var i = 0; i < count; i++) {
            requests.add(
                    Vendor.ask(
                            new TransferId(new UUID(7, ++drawn)),
                            "d" + (from + i) % DESTINATIONS,
                            TransferKind.TRANSFER));
        }
        ledger.request(NOW, requests.toArray(TransferRequest[]::new));
    }

    /// What a release and the dispatch after it take, in microseconds.
    private double turn(int batch, int turns, boolean print) {
        var nanos = 0L;
        var done = 0L;
        var dispatched = 0L;
        for (var i = 0; i < turns; i++) {
            var ends = new ArrayList<TransferFact>();
            for (var row :
                    ledger.rows(
                            "select transfer_id, epoch from dispatched order by epoch limit "
                                    + batch)) {
                ends.add(
                        new Finished(
                                new TransferId((UUID) row.get(0)),
                                (Long) row.get(1),
                                null,
                                RunEnd.NOT_STARTED,
                                null));
            }
            var began = System.nanoTime();
            ledger.facts(ends);
            var more = true;
            while (more) {
                var verdicts = ledger.tick(NOW);
                dispatched += verdicts.dispatches().size();
                more = verdicts.readsMore();
            }
            nanos += System.nanoTime() - began;
            done += ends.size();
            ask((int) (drawn % DESTINATIONS), ends.size());
            ledger.settle(NOW);
            ledger.sql("truncate outbox");
        }
        if (print && dispatched < done * 9 / 10) {
            System.out.printf("COST only %d of %d dispatched%n", dispatched, done);
        }
        return nanos / 1_000.0 / done;
    }
}
