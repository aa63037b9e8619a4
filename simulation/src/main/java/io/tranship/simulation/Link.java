package io.tranship.simulation;

import io.tranship.simulation.Topic.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One producer's way to the broker: in order, slow at times, and sometimes broken for a while.
public final class Link {

    private final Program owner;
    private final World world;
    private Instant brokenUntil = Instant.MIN;
    private Instant last = Instant.MIN;

    public Link(Program owner) {
        this.owner = owner;
        this.world = owner.world();
    }

    /// Nothing gets through for a while; then what was sent does, late.
    public void breakFor(Duration time) {
        world.tell("%s loses the broker for %s", owner.name(), time);
        brokenUntil = world.instant().plus(time);
    }

    public boolean isBroken() {
        return world.instant().isBefore(brokenUntil);
    }

    /// @param acknowledged hears of it, if its sender still lives
    public void send(
            Topic topic,
            String key,
            byte @Nullable [] value,
            Map<String, String> headers,
            Consumer<Entry> acknowledged) {
        var life = owner.life();
        var arrival =
                world.instant()
                        .plus(
                                world.chance(0.02)
                                        ? world.between(500, 4_000)
                                        : world.between(1, 30));
        arrival = arrival.isBefore(brokenUntil) ? brokenUntil : arrival;
        arrival = arrival.isBefore(last) ? last : arrival;
        last = arrival;
        world.at(
                arrival,
                () -> {
                    // The sender is gone, and maybe what it sent with it.
                    if (!owner.lives(life) && world.chance(0.5)) {
                        return;
                    }
                    var entry = topic.append(key, value, headers);
                    if (owner.lives(life)) {
                        owner.later(world.between(1, 20), () -> acknowledged.accept(entry));
                    }
                });
    }
}
