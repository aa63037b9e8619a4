package io.tranship.systemtests;

import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Prints how long an incremental transfer with no changes takes, from the POST to SUCCESS in the
/// API: one a second, 50 after 10. A report, not a test: it asserts nothing.
public final class RequestLatencyReport {

    private static final int WARM = 10;
    private static final int COUNTED = 50;

    @Test
    void fromThePostToSuccess() throws Exception {
        try (var fleet = Fleet.startOnServersOfItsOwn(Map.of())) {
            var api = fleet.api();
            var shop = fleet.newShop("latency", List.of("org_1"));
            shop.insert("org_1", 1, 100);
            shop.source().run("update invoices set updated_at = now() - interval '2 hours'");
            shop.source().run("update customers set updated_at = now() - interval '2 hours'");
            api.awaitEnd(api.request(shop.destination("org_1"), Map.of()));
            var took = new ArrayList<Long>();
            var seen = new HashMap<TransferId, Map<String, Long>>();
            for (var n = 0; n < WARM + COUNTED; n++) {
                var begin = System.currentTimeMillis();
                var id =
                        api.tryRequest(shop.destination("org_1"), Map.of())
                                .body()
                                .get("transfer_id")
                                .asText();
                while (!api.statusOf(id).equals("SUCCESS")) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                var end = System.currentTimeMillis();
                var millis = end - begin;
                seen.put(TransferId.parse(id), Map.of("POST", begin, "SUCCESS", end));
                if (n >= WARM) {
                    took.add(millis);
                }
                TimeUnit.MILLISECONDS.sleep(Math.max(0, 1000 - millis));
            }
            took.sort(null);
            System.out.printf(
                    "POST to SUCCESS in the API, %d transfers of nothing, one a second: median %d ms, p90 %d ms, min %d, max %d%n",
                    COUNTED,
                    took.get(COUNTED / 2),
                    took.get(COUNTED * 9 / 10),
                    took.getFirst(),
                    took.getLast());
            hops(fleet, seen);
            System.out.printf(
                    "load average %.1f%n",
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }

    /// Milliseconds between the facts of each transfer, as the broker's append times have them; the
    /// ends as the client saw them on the same clock.
    private static void hops(Fleet fleet, Map<TransferId, Map<String, Long>> seen)
            throws Exception {
        var log = new HashMap<TransferId, Map<String, Long>>();
        for (var record : Topic.read(fleet.bootstrap(), fleet.topicPrefix() + "transfers")) {
            var fact = FactCodec.decode(record.value());
            log.computeIfAbsent(fact.transferId(), _ -> new HashMap<>())
                    .putIfAbsent(fact.getClass().getSimpleName(), record.timestamp());
        }
        log.keySet().retainAll(seen.keySet());
        log.forEach((id, times) -> times.putAll(seen.get(id)));
        var names =
                List.of(
                        "POST",
                        "Requested",
                        "Dispatched",
                        "Started",
                        "ModelFinished",
                        "Finished",
                        "SUCCESS");
        for (var n = 1; n < names.size(); n++) {
            var from = names.get(n - 1);
            var to = names.get(n);
            var took =
                    log.values().stream()
                            .map(facts -> facts.get(to) - facts.get(from))
                            .sorted()
                            .toList();
            System.out.printf("  %s to %s: median %d ms%n", from, to, took.get(took.size() / 2));
        }
    }
}
