package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What cannot be dispatched stays pending, and expires; with seconds for the six hours.
final class ExpiryTest {

    private static final Duration EXPIRY = Duration.ofSeconds(6);

    @Test
    void aBlockedTransferStaysPendingUntilItExpires() {
        try (var fleet =
                Fleet.start(
                        Map.of(
                                "TRANSHIP_EXPIRY",
                                EXPIRY.toSeconds() + "s",
                                "TRANSHIP_CLOSING",
                                "1s"))) {
            var api = fleet.api();
            var shop = fleet.newShop("expiry", List.of("org_1"));
            try (var _ = fleet.hold(shop)) {
                var running = api.request(shop.destination("org_1"), Map.of());
                api.awaitStatus(running, "RUNNING");
                var blocked = api.request(shop.destination("org_1"), Map.of());

                var expired = api.awaitEnd(blocked, Duration.ofSeconds(30));

                assertThat(expired.get("status").asText()).isEqualTo("EXPIRED");
                assertThat(expired.get("started_at").isNull()).isTrue();
                assertThat(Instant.parse(expired.get("ended_at").asText()))
                        .isAfter(Instant.parse(expired.get("submitted_at").asText()).plus(EXPIRY));
                assertThat(api.statusOf(running)).isEqualTo("RUNNING");
            }
        }
    }
}
