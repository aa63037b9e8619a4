package io.tranship.connectors;

import io.tranship.connectors.Slice.Since;
import io.tranship.schemas.IntegrityReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// Compares one model's rows at both sides: first by one digest for each part of them, then row by
/// row in the parts that differ.
///
/// A source goes on changing. What changed there since the last transfer is read again by the next
/// one, so it may be missing or older; all else had to arrive. Each statement sees the source at
/// one moment and tells these rows from the others by itself, so it does not matter how long the
/// comparison takes. The destination stands still: no transfer runs beside.
final class Comparison {

    /// Of parts that are looked at row by row; each side's prints of them are in memory.
    static final int EXAMINED_ROWS_MAX = 100_000;

    private final Source source;
    private final Destination destination;
    private final SourceTable table;
    private final String standing;
    private final Fingerprint print;
    private final Since later;

    /// @param standing name of the model's table at the destination
    /// @param later what the next transfer reads again
    Comparison(
            Source source,
            Destination destination,
            SourceTable table,
            String standing,
            Fingerprint print,
            Since later) {
        this.source = source;
        this.destination = destination;
        this.table = table;
        this.standing = standing;
        this.print = print;
        this.later = later;
    }

    Differences run() {
        var seen = both(() -> source.digests(table, print, later), this::there);
        var here = seen.here();
        var there = seen.there();
        if (here.settled().plus(here.later()).unequal(there).isEmpty()) {
            return Differences.none(
                    IntegrityReport.identical(there.all().rows(), digest(there), 0));
        }
        var laterThere = destination.digests(standing, print, here.laterKeys());
        var settledThere = there.minus(laterThere);
        var unequal = here.settled().unequal(settledThere);
        var examined = examined(here, settledThere, unequal);
        var rows = new Rows();
        if (!examined.isEmpty()) {
            rows.add(
                    both(
                            () -> source.prints(table, print, later, examined),
                            () -> destination.prints(standing, print, examined)));
        }
        if (!here.later().unequal(laterThere).isEmpty()) {
            rows.add(
                    both(
                            () -> source.laterPrints(table, print, later),
                            () -> destination.prints(standing, print, here.laterKeys())));
        }
        rows.compare();
        if (rows.isEmpty() && examined.size() == unequal.size()) {
            return Differences.none(
                    IntegrityReport.identical(
                            settledThere.all().rows(),
                            digest(settledThere),
                            here.laterKeys().size()));
        }
        var all = here.settled().plus(here.later());
        return rows.differences(
                new IntegrityReport(
                        all.all().rows(),
                        digest(all),
                        there.all().rows(),
                        digest(there),
                        here.laterKeys().size(),
                        unequal.size(),
                        examined.size(),
                        rows.missing.size(),
                        rows.stale.size(),
                        rows.extra.size()));
    }

    private PartDigests there() {
        return destination.digests(standing, print);
    }

    private static String digest(PartDigests digests) {
        return digests.all().digest();
    }

    private static SortedSet<Integer> examined(
            SourcePrints here, PartDigests there, SortedSet<Integer> unequal) {
        var examined = new TreeSet<Integer>();
        var rows = 0L;
        for (var part : unequal) {
            rows += Math.max(here.settled().of(part).rows(), there.of(part).rows());
            if (rows > EXAMINED_ROWS_MAX) {
                break;
            }
            examined.add(part);
        }
        return examined;
    }

    /// Rows of both sides by key.
    private static final class Rows {

        private final Map<String, RowPrint> here = new HashMap<>();
        private final Map<String, RowPrint> there = new HashMap<>();
        private final List<List<String>> missing = new ArrayList<>();
        private final List<List<String>> stale = new ArrayList<>();
        private final List<List<String>> extra = new ArrayList<>();

        void add(Both<List<RowPrint>, List<RowPrint>> prints) {
            prints.here().forEach(row -> here.put(row.identity(), row));
            prints.there().forEach(row -> there.put(row.identity(), row));
        }

        void compare() {
            for (var row : here.values()) {
                var other = there.remove(row.identity());
                if (other == null) {
                    if (!row.later()) {
                        missing.add(row.key());
                    }
                } else if (row.differsFrom(other)) {
                    stale.add(row.key());
                }
            }
            there.values().forEach(row -> extra.add(row.key()));
        }

        boolean isEmpty() {
            return missing.isEmpty() && stale.isEmpty() && extra.isEmpty();
        }

        Differences differences(IntegrityReport report) {
            return new Differences(report, missing, stale, extra);
        }
    }

    private record Both<A, B>(A here, B there) {}

    /// One statement at each side at a time, both sides at once.
    private <A, B> Both<A, B> both(Supplier<A> atSource, Supplier<B> atDestination) {
        var here =
                CompletableFuture.supplyAsync(
                        atSource,
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("compare " + table.model().name())
                                        .start(task));
        B there;
        try {
            there = atDestination.get();
        } catch (RuntimeException e) {
            // Its connection is of no use then, and the lane closes both.
            source.cancel();
            here.exceptionally(_ -> null).join();
            throw e;
        }
        try {
            return new Both<>(here.join(), there);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException trouble
                    ? trouble
                    : Faults.of("model " + table.model().name(), e);
        }
    }
}
