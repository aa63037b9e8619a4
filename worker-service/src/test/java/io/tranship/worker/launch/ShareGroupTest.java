package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the launcher relies on in share groups, shown against the real broker.
class ShareGroupTest {

    private static final Duration LOCK = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir Path folder;

    private final Fleet fleet = new Fleet();
    private final LauncherSettings settings = fleet.settings("launcher-1", Fleet.times());

    @BeforeEach
    void setUpGroup() throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", fleet.kafka))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.GROUP, settings.group()),
                                    List.of(
                                            set("share.auto.offset.reset", "earliest"),
                                            set(
                                                    "share.record.lock.duration.ms",
                                                    Long.toString(LOCK.toMillis())))))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void end() {
        fleet.close();
    }

    @Test
    void anOrderOfAKilledHolderIsDeliveredAgain() throws Exception {
        send("a");
        var holder = LauncherProcess.start("hold", fleet, folder);
        LauncherProcess.awaitLine(holder.getInputStream());
        try (var orders = consumer()) {
            assertThat(orders.next(Duration.ofMillis(500))).isEmpty();

            holder.destroyForcibly().waitFor();

            assertThat(next(orders)).isEqualTo("a");
            assertThat(orders.accept()).isTrue();
        }
    }

    @Test
    void aRenewedOrderIsKeptBeyondItsLock() {
        send("a");
        try (var holder = consumer();
                var other = consumer()) {
            assertThat(next(holder)).isEqualTo("a");
            var until = Instant.now().plus(LOCK.multipliedBy(3));
            var renewals = 0;
            while (Instant.now().isBefore(until)) {
                renewals += holder.renewWhenDue() ? 1 : 0;
                assertThat(other.next(Duration.ofMillis(200))).isEmpty();
            }

            assertThat(renewals).isGreaterThanOrEqualTo(3);
            assertThat(holder.accept()).isTrue();
        }
    }

    @Test
    void anOrderThatIsNotRenewedGoesToAnotherAndTheLateAcknowledgementSaysSo() {
        send("a");
        try (var holder = consumer();
                var other = consumer()) {
            assertThat(next(holder)).isEqualTo("a");

            assertThat(next(other)).isEqualTo("a");
            assertThat(holder.accept()).isFalse();
            assertThat(other.accept()).isTrue();
        }
    }

    @Test
    void ordersComeOneAtATimeAndAnotherMemberGetsTheNext() {
        send("a");
        send("b");
        try (var one = consumer();
                var two = consumer()) {
            var first = next(one);
            var second = next(two);

            assertThat(List.of(first, second)).containsExactlyInAnyOrder("a", "b");
            assertThat(one.accept()).isTrue();
            assertThat(two.release()).isTrue();
            assertThat(next(one)).isEqualTo(second);
            assertThat(one.reject()).isTrue();
            assertThat(two.next(Duration.ofSeconds(1))).isEmpty();
        }
    }

    private void send(String order) {
        fleet.send(fleet.topics.workOrders(), order, order.getBytes(StandardCharsets.UTF_8));
    }

    private OrderConsumer consumer() {
        return new OrderConsumer(settings, InstantSource.system());
    }

    private static String next(OrderConsumer orders) {
        return await().atMost(LIMIT)
                .until(
                        () -> orders.next(Duration.ofSeconds(1)).map(r -> text(r.value())),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
