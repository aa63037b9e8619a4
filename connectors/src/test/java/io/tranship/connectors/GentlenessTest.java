package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.ModelResult.Outcome;
import io.tranship.schemas.WorkOrder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A source gives no more than its owner wants it to.
@Timeout(60)
class GentlenessTest {

    private static final int ROWS = 200;

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination);

    GentlenessTest() {
        Invoices.make(source, 5 * ROWS);
    }

    /// With one transfer at a time, all is its share.
    private TransferRun limited(int rowsPerSecond, Results results) {
        var plan = order.plan();
        var o = plan.order();
        var s = o.sources().getFirst();
        var from =
                new Source(s.id(), s.name(), s.revision(), s.endpoint(), 1, 1, null, rowsPerSecond);
        var limited =
                new WorkOrder(
                        o.transferId(),
                        o.epoch(),
                        o.startBy(),
                        o.installation(),
                        o.request(),
                        o.destination(),
                        o.recipient(),
                        List.of(from),
                        o.models());
        return new TransferRun(
                new TransferPlan(limited, plan.run(), plan.credentials(), plan.settings()),
                results,
                InstantSource.system());
    }

    @Test
    void rowsComeNoFasterThanTheSourceMayGiveThem() {
        var results = new Results();
        var began = System.nanoTime();
        limited(ROWS, results).run();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThan(Duration.ofMillis(900));
        assertThat(results.receipt().rowsRead()).isEqualTo(ROWS);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void aRunThatIsHeldBackCanBeStopped() throws InterruptedException {
        var results = new Results();
        var run = limited(1, results);
        var thread = Thread.ofPlatform().start(run::run);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        destination.count(
                                        "pg_stat_activity where datname = current_database() and query ilike 'copy %' and state = 'active'")
                                > 0);

        var began = System.nanoTime();
        run.stop();
        thread.join();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(9));
        assertThat(results.only().outcome()).isEqualTo(Outcome.FAILED);
    }
}
