package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The control databases are put back to an hour ago, or the broker is replaced by an empty one:
/// operators do this, and transfers go on.
final class RecoveryTest {

    private static final Part[] CONTROL = {Part.SCHEDULER, Part.DISPATCH, Part.STATUS};
    private static final List<String> TENANTS = List.of("org_1", "org_2");

    @Test
    void aDatabaseRestoredToAnHourAgoCatchesUp() throws Exception {
        try (var fleet = Fleet.startOnServersOfItsOwn(Map.of())) {
            var api = fleet.api();
            var shop = shop(fleet);
            var first = transferred(fleet, shop, "org_1");
            fleet.stop(CONTROL);
            fleet.backUp();
            fleet.start(CONTROL);

            for (var limit = 7; limit < 10; limit++) {
                api.putCatalog(
                        shop.catalog(TENANTS, Map.of(), Map.of("max_concurrent_transfers", limit)));
            }
            var lost = transferred(fleet, shop, "org_2");
            String running;
            String cancelled;
            shop.insert("org_1", 1_000, 1);
            try (var _ = shop.gate("org_1")) {
                running = api.request(shop.destination("org_1"), Map.of());
                api.awaitStatus(running, "RUNNING");
                cancelled = api.request(shop.destination("org_1"), Map.of());
                api.awaitStatus(cancelled, "PENDING");
                assertThat(api.cancel(cancelled).code()).isEqualTo(202);
                var before = List.of(first, lost, api.awaitEnd(cancelled));

                fleet.stop(CONTROL);
                fleet.restore();
                fleet.start(CONTROL);

                before.forEach(record -> isAsBefore(api, record));
                api.awaitStatus(running, "RUNNING");
                var next = api.request(shop.destination("org_1"), Map.of());
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> waitsFor(api.transfer(next), running));
                assertThat(api.statusOf(next)).isEqualTo("PENDING");
            }
            assertThat(api.awaitEnd(running).get("status").asText()).isEqualTo("SUCCESS");
            transferred(fleet, shop, "org_1");

            // An edit made after the restore counts, although others were made in the lost hour.
            assertThat(api.putCatalog(oneModelLess(shop)).code()).isEqualTo(200);
            var edited = api.transferred(shop.destination("org_2"));
            assertThat(edited.get("status").asText()).as(edited.toString()).isEqualTo("SUCCESS");
            assertThat(edited.get("models")).hasSize(1);
            ChaosTest.oneRunPerEpoch(fleet);
        }
    }

    @Test
    void aNewKafkaClusterIsTakenUp() {
        try (var fleet = Fleet.startOnServersOfItsOwn(Map.of())) {
            var api = fleet.api();
            var shop = shop(fleet);
            var old = transferred(fleet, shop, "org_1");
            fleet.stop(Part.values());

            fleet.replaceBroker();

            fleet.start(Part.values());
            isAsBefore(api, old);
            TENANTS.forEach(tenant -> transferred(fleet, shop, tenant));
        }
    }

    private static Shop shop(Fleet fleet) {
        var shop = fleet.newShop("recovery", TENANTS);
        TENANTS.forEach(tenant -> shop.insert(tenant, 1, 50));
        return shop;
    }

    private static JsonNode transferred(Fleet fleet, Shop shop, String tenant) {
        var transfer = fleet.api().transferred(shop.destination(tenant));
        assertThat(transfer.get("status").asText()).as(transfer.toString()).isEqualTo("SUCCESS");
        assertThat(shop.isIdentical(tenant)).isTrue();
        return transfer;
    }

    private static void isAsBefore(Api api, JsonNode record) {
        var id = record.get("id").asText();
        Awaitility.await("record of " + id)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> folded(api.transfer(id)).equals(folded(record)));
    }

    /// Heartbeats and progress are no facts.
    private static JsonNode folded(JsonNode record) {
        return record.<ObjectNode>deepCopy().without(List.of("progress", "last_heartbeat_at"));
    }

    private static boolean waitsFor(JsonNode transfer, String holder) {
        return transfer.path("blocked_by").toString().contains(holder);
    }

    private static Map<String, Object> oneModelLess(Shop shop) {
        var catalog = new LinkedHashMap<>(shop.catalog(TENANTS, Map.of(), Map.of()));
        catalog.put(
                "destinations",
                TENANTS.stream()
                        .map(tenant -> {
                            var entry = new LinkedHashMap<>(shop.destinationEntry(tenant));
                            entry.put("models", List.of(shop.model("customers")));
                            return entry;
                        })
                        .toList());
        return catalog;
    }
}
