package io.tranship.dispatch;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.tranship.servers.ServiceTestResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The ledger on a real database, turned by the test alone: no consumer, no relay, no poll. What it
/// says stays in the outbox, in order.
public class ByHand implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        var overrides = new HashMap<String, String>();
        overrides.put("tranship.poll", "10h");
        overrides.put("tranship.upkeep", "10h");
        overrides.put("tranship.outbox.relay", "false");
        for (var channel : List.of("requests", "transfers", "catalog", "telemetry")) {
            overrides.put("mp.messaging.incoming.%s.enabled".formatted(channel), "false");
        }
        return overrides;
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(ServiceTestResource.class));
    }
}
