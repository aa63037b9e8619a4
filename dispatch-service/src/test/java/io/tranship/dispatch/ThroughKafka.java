package io.tranship.dispatch;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.tranship.servers.ServiceTestResource;
import java.util.List;
import java.util.Map;

/// The whole service on a real broker and a real database, with short times.
public class ThroughKafka implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("tranship.unknown-names", "2s", "tranship.poll", "200ms");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(ServiceTestResource.class));
    }
}
