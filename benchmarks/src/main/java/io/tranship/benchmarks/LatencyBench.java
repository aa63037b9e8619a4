package io.tranship.benchmarks;

import io.tranship.schemas.Topics;
import io.tranship.schemas.TransferId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;

/// From a request to its work order, at half of what the ledger can do and beside a deep queue,
/// with bare hops through the same broker at the same rate before and after it.
///
/// Each time counts from the moment at which the request was due to be sent, so that a stall is
/// paid by all that come during it.
final class LatencyBench {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int LATE_SECONDS_MAX = 60;

    private final Stand stand;
    private final Ledger ledger;
    private final Sizes sizes;
    private final Results results;
    private final Topics hops;

    LatencyBench(Stand stand, Ledger ledger, Sizes sizes, Results results) {
        this.stand = stand;
        this.ledger = ledger;
        this.sizes = sizes;
        this.results = results;
        this.hops = stand.topics("hop.");
    }

    void run(double perSecond) throws SQLException, InterruptedException {
        var part = Math.max(1, sizes.latencySeconds() / 4);
        var hop = new ArrayList<>(hop(perSecond, part));
        var orders = orders(perSecond, sizes.latencySeconds());
        hop.addAll(hop(perSecond, part));
        results.add("latency_rate", "requests/s", List.of(perSecond));
        report("kafka_hop", hop);
        report("request_to_order", orders);
        stand.report("requests at half the capacity");
        Progress.say("latency: done");
    }

    private void report(String name, List<Double> millis) {
        var sorted = millis.stream().sorted().toList();
        for (var percent : List.of(50, 99)) {
            var value = sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
            var baseline = "kafka_hop_p" + percent;
            results.add(
                    name + "_p" + percent,
                    "ms",
                    List.of(value),
                    results.has(baseline) ? baseline : null);
        }
    }

    private List<Double> orders(double perSecond, int seconds)
            throws SQLException, InterruptedException {
        var due = new ConcurrentHashMap<TransferId, Long>();
        var count = (int) (perSecond * seconds);
        var warm = count / 4;
        ledger.launchers().answer(true);
        ledger.launchers().remember(true);
        var taken = ledger.launchers().takenAt();
        try (var producer = Kafka.producer(stand.bootstrap(), 0)) {
            paced(
                    perSecond,
                    count,
                    (n, at) -> {
                        var id = ledger.newId();
                        if (n >= warm) {
                            due.put(id, at);
                        }
                        // The second thousand of destinations, at which nobody waits.
                        Kafka.send(
                                producer,
                                ledger.request(id, Sizes.DESTINATIONS + n % Sizes.DESTINATIONS));
                    });
        }
        for (var n = 0; n < LATE_SECONDS_MAX * 10 && taken.size() < count; n++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        var millis = new ArrayList<Double>();
        due.forEach((id, at) -> {
            var came = taken.get(id);
            if (came == null) {
                throw new IllegalStateException("no order for %s came".formatted(id));
            }
            millis.add((came - at) / NANOS_PER_MILLI);
        });
        return millis;
    }

    private interface Sending {
        void send(int n, long due);
    }

    private static void paced(double perSecond, int count, Sending sending) {
        var began = System.nanoTime();
        for (var n = 0; n < count; n++) {
            var due = began + (long) (n * 1e9 / perSecond);
            for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            sending.send(n, due);
        }
    }

    private List<Double> hop(double perSecond, int seconds) throws InterruptedException {
        var count = (int) (perSecond * seconds);
        var came = new ConcurrentHashMap<Integer, Long>();
        var due = new ConcurrentHashMap<Integer, Long>();
        var topic = hops.workOrders();
        try (var consumer = Kafka.consumer(stand.bootstrap());
                var producer = Kafka.producer(stand.bootstrap(), 0)) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            var value = ledger.request(ledger.newId(), 0).value();
            var reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                var read = 0;
                                while (read < count) {
                                    for (var each : consumer.poll(Duration.ofMillis(100))) {
                                        came.put(number(each.key()), System.nanoTime());
                                        read++;
                                    }
                                }
                            });
            paced(
                    perSecond,
                    count,
                    (n, at) -> {
                        due.put(n, at);
                        Kafka.send(producer, Kafka.of(topic, Integer.toString(n), value));
                    });
            reader.join();
        }
        return millisBetween(due, came, count / 4);
    }

    private static List<Double> millisBetween(
            Map<Integer, Long> due, Map<Integer, Long> came, int warm) {
        var millis = new ArrayList<Double>();
        came.forEach((n, at) -> {
            if (n >= warm) {
                millis.add((at - due.getOrDefault(n, at)) / NANOS_PER_MILLI);
            }
        });
        return millis;
    }

    private static int number(byte[] key) {
        return Integer.parseInt(new String(key, StandardCharsets.UTF_8));
    }
}
