package io.tranship.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Virtual time: what is to happen, in order. One event after the other, each at its instant, so
/// that one seed gives one history.
public final class World implements InstantSource {

    public static final Instant BEGIN = Instant.parse("2026-11-23T10:00:00Z");

    private final RandomGenerator random;
    private final Trace trace = new Trace();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
    private Instant now = BEGIN;
    private long numbers;

    /// @param number breaks the tie: first planned, first done
    private record Event(Instant at, long number, Runnable step) {}

    World(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void at(Instant time, Runnable step) {
        events.add(new Event(time.isBefore(now) ? now : time, numbers++, step));
    }

    public void in(Duration delay, Runnable step) {
        at(now.plus(delay), step);
    }

    /// @return whether there was something left to happen up to `limit`
    boolean turn(Instant limit) {
        var next = events.peek();
        if (next == null || next.at().isAfter(limit)) {
            return false;
        }
        events.remove();
        now = next.at();
        next.step().run();
        return true;
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public Duration between(long fewestMs, long mostMs) {
        return Duration.ofMillis(random.nextLong(fewestMs, mostMs + 1));
    }

    public <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    public UUID drawId() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public RandomGenerator random() {
        return random;
    }

    /// Remembers what happened: the same seed must tell the same.
    @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency
    public void tell(String format, Object... details) {
        trace.add(now, format.formatted(details));
    }

    public void require(boolean holds, String format, Object... details) {
        if (!holds) {
            throw violated(format, details);
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency
    public Violation violated(String format, Object... details) {
        return new Violation("at %s: %s".formatted(now, format.formatted(details)));
    }

    Trace trace() {
        return trace;
    }
}
