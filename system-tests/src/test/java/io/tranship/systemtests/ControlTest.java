package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Whoever ends a transfer has the last word: also when nobody is left to obey, and when somebody
/// who was thought dead wakes up.
final class ControlTest {

    private static final Map<String, String> SHORT_TIMES =
            Map.of(
                    "TRANSHIP_BEAT", "1s",
                    "TRANSHIP_SELF_FENCE", "5s",
                    "TRANSHIP_LONGEST_CALL", "3s",
                    "TRANSHIP_CLOCK_ERROR", "1s",
                    "TRANSHIP_ORPHAN_AFTER", "10s",
                    "TRANSHIP_KILL_DEADLINE", "3s");

    private static Fleet fleet;
    private static Api api;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(SHORT_TIMES);
        api = fleet.api();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aKillTakesEffectWithTheWorkerGone() throws Exception {
        var shop = fleet.newShop("gone", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        try (var _ = fleet.hold(shop)) {
            var transfer = api.request(shop.destination("org_1"), Map.of());
            var runner = awaitRunner(transfer);
            freeze(runner);
            fleet.service(Part.WORKER).kill();
            runner.destroyForcibly();

            assertThat(api.cancel(transfer).code()).isEqualTo(202);

            assertThat(api.awaitEnd(transfer).get("status").asText()).isEqualTo("KILLED");
        } finally {
            startWorker();
        }
        theNextTransferMakesAllIdentical(shop);
    }

    @Test
    void whatWasKilledNeverWritesAgain() throws Exception {
        var shop = fleet.newShop("killed", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        String transfer;
        ProcessHandle zombie;
        try (var _ = fleet.hold(shop)) {
            transfer = api.request(shop.destination("org_1"), Map.of());
            zombie = awaitRunner(transfer);
            freeze(zombie);
            fleet.service(Part.WORKER).kill();
            assertThat(api.cancel(transfer).code()).isEqualTo(202);
            assertThat(api.awaitEnd(transfer).get("status").asText()).isEqualTo("KILLED");
        } finally {
            startWorker();
        }
        wakesAndWritesNothing(shop, zombie, transfer, "KILLED");
    }

    @Test
    void aFrozenRunnerThatWakesWritesNothing() throws Exception {
        var shop = fleet.newShop("frozen", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        String transfer;
        ProcessHandle zombie;
        try (var _ = fleet.hold(shop)) {
            transfer = api.request(shop.destination("org_1"), Map.of());
            zombie = awaitRunner(transfer);
            freeze(zombie);
            fleet.service(Part.WORKER).kill();
            assertThat(api.awaitEnd(transfer).get("status").asText()).isEqualTo("ORPHANED");
        } finally {
            startWorker();
        }
        wakesAndWritesNothing(shop, zombie, transfer, "ORPHANED");
    }

    /// Cancels at moments that lie anywhere between the request and its end.
    @Test
    void aCancelledTransferNeverRuns() throws Exception {
        var random = new Random(30);
        var tenants = IntStream.rangeClosed(1, 12).mapToObj(n -> "org_" + n).toList();
        var shop = fleet.newShop("never", tenants, Map.of("max_concurrent_transfers", 3), Map.of());
        var transfers = new ArrayList<String>();
        for (var tenant : tenants) {
            shop.insert(tenant, 1, 5);
            var transfer = api.request(shop.destination(tenant), Map.of());
            transfers.add(transfer);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
            // Not known yet, or over already.
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> api.cancel(transfer).code() != 404);
        }
        var cancelled = 0;
        for (var n = 0; n < tenants.size(); n++) {
            var status = api.awaitEnd(transfers.get(n)).get("status").asText();
            var began = began(transfers.get(n));
            var made = schemaExists(shop, tenants.get(n));
            if (status.equals("CANCELLED")) {
                cancelled++;
                assertThat(began).isFalse();
                assertThat(made).isFalse();
            } else {
                assertThat(began).as(status).isTrue();
            }
        }
        assertThat(cancelled).isPositive();
    }

    private static ProcessHandle awaitRunner(String transfer) {
        var pid =
                Awaitility.await("runner of " + transfer)
                        .atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> api.transfer(transfer).at("/worker/pid").asLong(), n -> n > 0);
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static void startWorker() {
        fleet.service(Part.WORKER).start();
        fleet.service(Part.WORKER).awaitReady();
    }

    /// The one that replaces it has carried everything before the zombie wakes.
    private static void wakesAndWritesNothing(
            Shop shop, ProcessHandle zombie, String transfer, String status) throws Exception {
        theNextTransferMakesAllIdentical(shop);
        var before = stored(shop);

        signal(zombie, "CONT");

        zombie.onExit().get(30, TimeUnit.SECONDS);
        assertThat(stored(shop)).isEqualTo(before);
        assertThat(api.statusOf(transfer)).isEqualTo(status);
        theNextTransferMakesAllIdentical(shop);
    }

    private static void theNextTransferMakesAllIdentical(Shop shop) {
        var next = api.awaitEnd(api.request(shop.destination("org_1"), Map.of()));
        assertThat(next.get("status").asText()).as(next.toString()).isEqualTo("SUCCESS");
        assertThat(shop.isIdentical("org_1")).isTrue();
    }

    /// Rows with the transactions that wrote them, and who holds the models.
    private static List<String> stored(Shop shop) {
        var rows = new ArrayList<String>();
        for (var table : Shop.TABLES) {
            rows.addAll(
                    shop.target()
                            .texts(
                                    "select t.xmin || t::text from org_1.\"%s\" t order by 1"
                                            .formatted(shop.model(table))));
        }
        rows.addAll(
                shop.target()
                        .texts("select t.xmin || t::text from org_1._tranship_model t order by 1"));
        return rows;
    }

    private static boolean schemaExists(Shop shop, String tenant) {
        return shop.target()
                        .number(
                                "select count(*) from pg_namespace where nspname = '%s'"
                                        .formatted(tenant))
                > 0;
    }

    private static boolean began(String transfer) throws Exception {
        for (var record : Topic.read(fleet.bootstrap(), fleet.topicPrefix() + "transfers")) {
            if (FactCodec.decode(record.value()) instanceof TransferFact.Started started
                    && started.transferId().toString().equals(transfer)) {
                return true;
            }
        }
        return false;
    }

    private static void freeze(ProcessHandle process) throws Exception {
        signal(process, "STOP");
    }

    private static void signal(ProcessHandle process, String name)
            throws IOException, InterruptedException {
        var sent =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(sent).isZero();
    }
}
