package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rules that users are promised, through the real services, a real broker and a real database.
final class SeedRulesTest {

    private static final Map<String, Object> NOTHING_SPECIAL = Map.of();
    private static final Map<String, Object> INTEGRITY = Map.of("kind", "INTEGRITY");

    private static Fleet fleet;
    private static Api api;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Map.of("TRANSHIP_ROOM", "14"));
        api = fleet.api();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void theFirstTransferCarriesAllHistoryAndLaterOnesWhatChangedSince() {
        var shop = fleet.newShop("history", List.of("org_1", "org_2"));
        shop.insert("org_1", 1, 500);
        shop.insert("org_2", 1, 300);
        makeOld(shop);

        var backfill = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(backfill.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(backfill.get("rows_transferred").asLong()).isEqualTo(1000);
        assertThat(shop.isIdentical("org_1")).isTrue();
        assertThat(times(backfill, "submitted_at", "started_at", "ended_at")).isSorted();

        shop.touch("org_1", 10);
        shop.insert("org_1", 501, 5);
        var incremental = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(incremental.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(invoices(shop, incremental).get("rows_read").asLong()).isEqualTo(15);
        assertThat(invoices(shop, incremental).get("cursor_from"))
                .isEqualTo(invoices(shop, backfill).get("cursor_to"));
        assertThat(shop.isIdentical("org_1")).isTrue();

        var again = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(again.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(invoices(shop, again).get("rows_read").asLong())
                .as("rows inside the lookback are read again")
                .isEqualTo(15);
        assertThat(invoices(shop, again).get("rows_applied").asLong()).isZero();
        assertThat(invoices(shop, again).get("outcome").asText()).isEqualTo("SKIPPED");
    }

    @Test
    void aFullRefreshLoadsEverythingAgainAndCanBeUndone() {
        var shop = fleet.newShop("refresh", List.of("org_1"));
        shop.insert("org_1", 1, 200);
        makeOld(shop);
        transfer(shop, "org_1", NOTHING_SPECIAL);
        shop.target().run("update org_1.invoices_refresh set note = 'changed at the destination'");

        var incremental = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(invoices(shop, incremental).get("rows_read").asLong()).isZero();
        assertThat(shop.isIdentical("org_1")).isFalse();

        var before = shop.atDestination("org_1", "invoices");
        var refresh = transfer(shop, "org_1", Map.of("full_refresh", true));

        assertThat(refresh.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(refresh.get("full_refresh").asBoolean()).isTrue();
        assertThat(invoices(shop, refresh).get("rows_read").asLong()).isEqualTo(200);
        assertThat(shop.isIdentical("org_1")).isTrue();

        var undone = transfer(shop, "org_1", Map.of("kind", "RESTORE"));

        assertThat(undone.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(shop.atDestination("org_1", "invoices")).isEqualTo(before);
    }

    @Test
    void whatWasDeliveredIsPurgedOnlyAndDestinationsAreNotDeletedUnderTransfers() {
        var shop = fleet.newShop("purge", List.of("org_1", "org_2"));
        shop.insert("org_1", 1, 20);
        shop.insert("org_2", 1, 20);
        transfer(shop, "org_1", NOTHING_SPECIAL);
        transfer(shop, "org_2", NOTHING_SPECIAL);
        var hold = fleet.hold(shop);
        var open = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
        var refused = api.scheduler("DELETE", "/destinations/" + shop.destination("org_1"), null);
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.body().get("detail").asText()).contains(open);
        hold.close();
        api.awaitEnd(open);

        var purged = transfer(shop, "org_1", Map.of("kind", "PURGE"));

        assertThat(purged.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(
                        shop.target()
                                .texts(
                                        "select tablename from pg_tables where schemaname = 'org_1'"))
                .isEmpty();
        assertThat(shop.isIdentical("org_2")).isTrue();
        assertThat(transfer(shop, "org_1", NOTHING_SPECIAL).get("status").asText())
                .isEqualTo("SUCCESS");
        assertThat(shop.isIdentical("org_1")).isTrue();
    }

    @Test
    void theLimitsAreTenOneAndOneUnlessSaid() {
        var shop = fleet.newShop("defaults", List.of("org_1"));

        var source = api.scheduler("GET", "/sources/" + shop.sourceName(), null).body();
        var destination =
                api.scheduler("GET", "/destinations/" + shop.destination("org_1"), null).body();

        assertThat(source.get("max_concurrent_transfers").asInt()).isEqualTo(10);
        assertThat(destination.get("max_concurrent_transfers").asInt()).isEqualTo(1);
        assertThat(source.get("max_concurrent_queries_per_transfer").asInt()).isEqualTo(1);
        assertThat(destination.get("max_concurrent_queries_per_transfer").asInt()).isEqualTo(1);
    }

    @Test
    void aSecondTransferToADestinationStaysPendingAndSaysWhatItWaitsFor() {
        var shop = fleet.newShop("waits", List.of("org_1"));
        var hold = fleet.hold(shop);
        var first = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
        api.awaitStatus(first, "RUNNING");
        var second = api.request(shop.destination("org_1"), NOTHING_SPECIAL);

        var blocked = awaitBlocked(second);

        assertThat(blocked.get("status").asText()).isEqualTo("PENDING");
        assertThat(blocked.get("started_at").isNull()).isTrue();
        assertThat(blocked.at("/blocked_by/0/resource").asText()).contains("destination");
        assertThat(blocked.at("/blocked_by/0/limit").asInt()).isEqualTo(1);
        assertThat(blocked.at("/blocked_by/0/holders/0").asText()).isEqualTo(first);
        assertThat(blocked.at("/blocked_by/0/position").asInt()).isEqualTo(1);

        hold.close();
        assertThat(api.awaitEnd(first).get("status").asText()).isEqualTo("SUCCESS");
        assertThat(api.awaitEnd(second).get("status").asText()).isEqualTo("SUCCESS");
        assertThat(startedAt(second)).isAfterOrEqualTo(endedAt(first));
    }

    @Test
    void noTwoTransfersOfOneModelRunAtOneDestination() {
        var shop =
                fleet.newShop(
                        "models",
                        List.of("org_1"),
                        Map.of(),
                        Map.of("max_concurrent_transfers", 3));
        try (var _ = fleet.hold(shop)) {
            var customers =
                    api.request(
                            shop.destination("org_1"),
                            Map.of("models", List.of("customers_models")));
            api.awaitStatus(customers, "RUNNING");
            var again =
                    api.request(
                            shop.destination("org_1"),
                            Map.of("models", List.of("customers_models")));
            var invoices =
                    api.request(
                            shop.destination("org_1"),
                            Map.of("models", List.of("invoices_models")));

            api.awaitStatus(invoices, "RUNNING");

            assertThat(awaitBlocked(again).at("/blocked_by/0/resource").asText()).contains("model");
            assertThat(api.statusOf(customers)).isEqualTo("RUNNING");
        }
    }

    @Test
    void anIntegrityJobAndATransferKeepApartAtADestination() {
        var shop =
                fleet.newShop(
                        "integrity",
                        List.of("org_1"),
                        Map.of(),
                        Map.of("max_concurrent_transfers", 3));
        shop.insert("org_1", 1, 50);
        transfer(shop, "org_1", NOTHING_SPECIAL);
        var hold = fleet.hold(shop);
        var transfer = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
        api.awaitStatus(transfer, "RUNNING");
        var integrity = api.request(shop.destination("org_1"), INTEGRITY);

        assertThat(awaitBlocked(integrity).get("status").asText()).isEqualTo("PENDING");

        hold.close();
        var done = api.awaitEnd(integrity);
        assertThat(done.get("status").asText()).isEqualTo("SUCCESS");
        assertThat(startedAt(integrity)).isAfterOrEqualTo(endedAt(transfer));

        var heldAgain = fleet.hold(shop);
        var running = api.request(shop.destination("org_1"), INTEGRITY);
        api.awaitStatus(running, "RUNNING");
        var waiting = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
        assertThat(awaitBlocked(waiting).get("status").asText()).isEqualTo("PENDING");

        heldAgain.close();
        assertThat(api.awaitEnd(waiting).get("status").asText()).isEqualTo("SUCCESS");
        assertThat(startedAt(waiting)).isAfterOrEqualTo(endedAt(running));
    }

    @Test
    void anIntegrityJobFindsARowThatDiffers() {
        var shop = fleet.newShop("differs", List.of("org_1"));
        shop.insert("org_1", 1, 50);
        transfer(shop, "org_1", NOTHING_SPECIAL);
        shop.target().run("update org_1.invoices_differs set total = total + 1 where number = 7");

        var job = transfer(shop, "org_1", INTEGRITY);

        assertThat(job.get("status").asText()).isEqualTo("PARTIAL_FAILURE");
        assertThat(invoices(shop, job).at("/error/code").asText()).startsWith("TRN-");
    }

    @Test
    void theSourcesLimitIsHard() {
        var tenants = IntStream.rangeClosed(1, 5).mapToObj(n -> "org_" + n).toList();
        var shop =
                fleet.newShop("source", tenants, Map.of("max_concurrent_transfers", 2), Map.of());
        var transfers = new ArrayList<String>();
        var hold = fleet.hold(shop);
        for (var tenant : tenants) {
            transfers.add(api.request(shop.destination(tenant), NOTHING_SPECIAL));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> running(transfers), n -> n == 2);
        for (var waiting : transfers.subList(2, 5)) {
            assertThat(awaitBlocked(waiting).at("/blocked_by/0/resource").asText())
                    .contains("source");
        }
        assertThat(running(transfers)).isEqualTo(2);

        hold.close();
        for (var transfer : transfers) {
            assertThat(api.awaitEnd(transfer).get("status").asText()).isEqualTo("SUCCESS");
        }
        assertThat(mostAtOnce(transfers)).isLessThanOrEqualTo(2);
    }

    @Test
    void oneModelThatFailsIsAPartialFailureAndAllAreAnError() {
        var shop = fleet.newShop("failures", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        shop.source().run("alter table customers rename to customers_gone");

        var some = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(some.get("status").asText()).isEqualTo("PARTIAL_FAILURE");
        assertThat(some.get("ended_at").isNull()).isFalse();

        shop.source().run("alter table invoices rename to invoices_gone");
        var all = transfer(shop, "org_1", NOTHING_SPECIAL);

        assertThat(all.get("status").asText()).isEqualTo("ERROR");
        assertThat(all.at("/error/blame").asText()).isIn("source", "configuration");
        assertThat(all.get("started_at").isNull()).isFalse();
    }

    @Test
    void whatIsCancelledBeforeItRanIsCancelledAndWhileItRanIsKilled() {
        var shop = fleet.newShop("cancel", List.of("org_1"));
        try (var _ = fleet.hold(shop)) {
            var running = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
            api.awaitStatus(running, "RUNNING");
            var pending = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
            awaitBlocked(pending);

            assertThat(api.cancel(pending).code()).isEqualTo(202);
            var cancelled = api.awaitEnd(pending);
            assertThat(cancelled.get("status").asText()).isEqualTo("CANCELLED");
            assertThat(cancelled.get("started_at").isNull()).isTrue();
            assertThat(cancelled.get("ended_at").isNull()).isFalse();

            assertThat(api.cancel(running).code()).isEqualTo(202);
            var killed = api.awaitEnd(running);
            assertThat(killed.get("status").asText()).isEqualTo("KILLED");
            assertThat(times(killed, "submitted_at", "started_at", "ended_at")).isSorted();

            assertThat(api.cancel(running).code()).isEqualTo(409);
        }
    }

    @Test
    void aRunnerKilledHardIsOrphanedWithinTheLimit() {
        var shop = fleet.newShop("orphan", List.of("org_1"));
        shop.insert("org_1", 1, 20);
        try (var _ = fleet.hold(shop)) {
            var transfer = api.request(shop.destination("org_1"), NOTHING_SPECIAL);
            var pid =
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(30))
                            .until(
                                    () -> api.transfer(transfer).at("/worker/pid").asLong(),
                                    n -> n > 0);

            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            var orphaned = api.awaitEnd(transfer, Duration.ofSeconds(10));
            assertThat(orphaned.get("status").asText()).isEqualTo("ORPHANED");
            assertThat(orphaned.at("/error/blame").asText()).isEqualTo("platform");
            assertThat(orphaned.at("/worker/host").asText()).isNotBlank();
        }
        assertThat(transfer(shop, "org_1", NOTHING_SPECIAL).get("status").asText())
                .isEqualTo("SUCCESS");
        assertThat(shop.isIdentical("org_1")).isTrue();
    }

    /// Their last-modified values lie outside any lookback.
    private static void makeOld(Shop shop) {
        shop.source().run("update invoices set updated_at = now() - interval '2 hours'");
        shop.source().run("update customers set updated_at = now() - interval '2 hours'");
    }

    private static JsonNode transfer(Shop shop, String tenant, Map<String, Object> wish) {
        return api.awaitEnd(api.request(shop.destination(tenant), wish));
    }

    private static JsonNode awaitBlocked(String transfer) {
        return Awaitility.await("transfer %s is blocked".formatted(transfer))
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> api.transfer(transfer),
                        t -> !t.path("blocked_by").path(0).isMissingNode());
    }

    private static JsonNode invoices(Shop shop, JsonNode transfer) {
        return StreamSupport.stream(transfer.get("model_results").spliterator(), false)
                .filter(result -> result.get("model").asText().equals(shop.model("invoices")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no result for invoices in " + transfer));
    }

    private static long running(List<String> transfers) {
        return transfers.stream().filter(id -> api.statusOf(id).equals("RUNNING")).count();
    }

    /// The most of `transfers` that were between start and end at any one start.
    private static long mostAtOnce(List<String> transfers) {
        return transfers.stream()
                .map(SeedRulesTest::startedAt)
                .mapToLong(at ->
                        transfers.stream()
                                .filter(id -> !startedAt(id).isAfter(at) && endedAt(id).isAfter(at))
                                .count())
                .max()
                .orElse(0);
    }

    private static Instant startedAt(String transfer) {
        return Instant.parse(api.transfer(transfer).get("started_at").asText());
    }

    private static Instant endedAt(String transfer) {
        return Instant.parse(api.transfer(transfer).get("ended_at").asText());
    }

    private static List<Instant> times(JsonNode transfer, String... fields) {
        return List.of(fields).stream()
                .map(field -> Instant.parse(transfer.get(field).asText()))
                .toList();
    }
}
