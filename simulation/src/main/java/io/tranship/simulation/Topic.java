package io.tranship.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A topic: a list for each partition, and the broker's time for each record.
public final class Topic {

    private final World world;
    private final String name;
    private final List<List<Entry>> partitions = new ArrayList<>();
    private final List<Runnable> readers = new ArrayList<>();

    /// A record as the broker keeps it.
    public record Entry(
            int partition,
            long offset,
            String key,
            @SuppressWarnings("ArrayRecordComponent") byte @Nullable [] value,
            Map<String, String> headers,
            Instant appendedAt) {}

    Topic(World world, String name, int partitions) {
        this.world = world;
        this.name = name;
        for (var i = 0; i < partitions; i++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    public String name() {
        return name;
    }

    public int partitions() {
        return partitions.size();
    }

    public Entry append(String key, byte @Nullable [] value, Map<String, String> headers) {
        return append(Math.floorMod(key.hashCode(), partitions.size()), key, value, headers);
    }

    public Entry append(
            int partition, String key, byte @Nullable [] value, Map<String, String> headers) {
        var entries = partitions.get(partition);
        var entry = new Entry(partition, entries.size(), key, value, headers, world.instant());
        entries.add(entry);
        readers.forEach(Runnable::run);
        return entry;
    }

    public long end(int partition) {
        return partitions.get(partition).size();
    }

    public long[] ends() {
        var ends = new long[partitions.size()];
        for (var i = 0; i < ends.length; i++) {
            ends[i] = end(i);
        }
        return ends;
    }

    Entry at(int partition, long offset) {
        return partitions.get(partition).get((int) offset);
    }

    void onAppend(Runnable reader) {
        readers.add(reader);
    }
}
