package io.tranship.simulation;

import io.tranship.simulation.Topic.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// One consumer: where it reads, how far that is acknowledged, and how late it is.
///
/// Partitions are read in no order among themselves, and after a crash again from the last
/// committed offsets.
public final class Reader {

    private final Program program;
    private final World world;
    private final Topic topic;
    private final Consumer<List<Entry>> consume;
    private final long[] next;
    private final long[] committed;
    private final Duration slowest;
    private Instant stalledUntil = Instant.MIN;
    private boolean awake;
    private boolean rereads;

    /// @param slowest how long a poll may take to see what is there
    public Reader(Program program, Topic topic, Duration slowest, Consumer<List<Entry>> consume) {
        this.program = program;
        this.world = program.world();
        this.topic = topic;
        this.slowest = slowest;
        this.consume = consume;
        this.next = new long[topic.partitions()];
        this.committed = new long[topic.partitions()];
        topic.onAppend(this::wake);
        program.onCrash(() -> awake = false);
        program.onStart(this::restart);
    }

    /// It commits nothing and begins anew each time, as a tail does.
    public void rereads() {
        rereads = true;
    }

    private void restart() {
        System.arraycopy(committed, 0, next, 0, next.length);
        wake();
    }

    void stallFor(Duration time) {
        world.tell("%s stops reading %s for %s", program.name(), topic.name(), time);
        stalledUntil = world.instant().plus(time);
    }

    public boolean isStalled() {
        return world.instant().isBefore(stalledUntil);
    }

    public boolean hasPassed(long[] ends) {
        for (var i = 0; i < ends.length; i++) {
            if (next[i] < ends[i]) {
                return false;
            }
        }
        return true;
    }

    public boolean isAtEnd() {
        return hasPassed(topic.ends());
    }

    private void wake() {
        if (awake || !program.isUp()) {
            return;
        }
        awake = true;
        var delay = world.between(1, slowest.toMillis());
        if (isStalled()) {
            delay = Duration.between(world.instant(), stalledUntil).plus(delay);
        }
        program.later(delay, this::poll);
    }

    private void poll() {
        awake = false;
        if (!isStalled()) {
            read(1 + world.below(40), false);
        }
        if (!isAtEnd()) {
            wake();
        }
    }

    /// All that is there, now.
    public void readOn() {
        while (!isStalled() && !isAtEnd()) {
            read(200, true);
        }
    }

    /// A batch that was not committed before a crash comes again.
    private void read(int most, boolean all) {
        var batch = new ArrayList<Entry>();
        var ends = next.clone();
        var first = world.below(next.length);
        for (var i = 0; i < next.length; i++) {
            var partition = (first + i) % next.length;
            if (!all && i > 0 && world.chance(0.2)) {
                continue;
            }
            while (ends[partition] < topic.end(partition) && batch.size() < most) {
                batch.add(topic.at(partition, ends[partition]++));
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        consume.accept(batch);
        System.arraycopy(ends, 0, next, 0, next.length);
        if (!rereads && world.chance(0.7)) {
            var reached = next.clone();
            program.later(world.between(0, 3_000), () -> commit(reached));
        }
    }

    private void commit(long[] reached) {
        for (var i = 0; i < reached.length; i++) {
            committed[i] = Math.max(committed[i], reached[i]);
        }
    }

    @Override
    public String toString() {
        return "%s reads %s at %s of %s"
                .formatted(
                        program.name(),
                        topic.name(),
                        Arrays.toString(next),
                        Arrays.toString(topic.ends()));
    }
}
