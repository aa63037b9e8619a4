package io.tranship.simulation;

import io.tranship.simulation.Topic.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The launchers' share group on the topic of work orders: an order goes to one member at a time,
/// again when that one is gone or takes too long, and is given up after a few times.
public final class ShareGroup {

    private static final Duration LOCK = Duration.ofSeconds(30);
    private static final int DELIVERIES_MAX = 5;

    private final World world;
    private final List<Order> orders = new ArrayList<>();
    private final List<Runnable> members = new ArrayList<>();

    /// An order and who has it.
    public static final class Order {
        private final Entry entry;
        private @Nullable Program holder;
        private long life;
        private Instant until = Instant.MIN;
        private int deliveries;
        private boolean done;

        Order(Entry entry) {
            this.entry = entry;
        }

        public Entry entry() {
            return entry;
        }
    }

    ShareGroup(World world, Topic topic) {
        this.world = world;
        var read = new long[1];
        topic.onAppend(() -> {
            while (read[0] < topic.end(0)) {
                orders.add(new Order(topic.at(0, read[0]++)));
            }
            wake();
        });
    }

    public void join(Runnable woken) {
        members.add(woken);
    }

    private void wake() {
        members.forEach(Runnable::run);
    }

    public Optional<Order> take(Program member) {
        for (var order : orders) {
            if (!order.done && !isHeld(order)) {
                order.holder = member;
                order.life = member.life();
                order.until = world.instant().plus(LOCK);
                order.deliveries++;
                world.at(order.until.plusMillis(1), this::wake);
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }

    private boolean isHeld(Order order) {
        var holder = order.holder;
        return holder != null && world.instant().isBefore(order.until) && holder.lives(order.life);
    }

    /// Nobody else gets it while it is renewed in time.
    public void renew(Order order, Program member) {
        if (order.holder == member && isHeld(order)) {
            order.until = world.instant().plus(LOCK);
            world.at(order.until.plusMillis(1), this::wake);
        }
    }

    /// Too late is no matter.
    public void accept(Order order, Program member) {
        if (order.holder == member) {
            order.done = true;
            orders.remove(order);
        }
    }

    public void release(Order order, Program member) {
        if (order.holder == member) {
            order.holder = null;
            if (order.deliveries >= DELIVERIES_MAX) {
                world.tell("order %s is given up by the broker", order.entry.key());
                orders.remove(order);
            }
            wake();
        }
    }
}
