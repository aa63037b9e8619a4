package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.connectors.RangeReader.Reading;
import io.tranship.schemas.CatalogRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The source goes on while the destination finishes.
@Timeout(20)
class RangeReaderTest {

    private static final byte[] ROW = new byte[60_000];

    private final Readings source = new Readings();
    private final SourceTable table =
            new SourceTable(
                    Order.model("invoices"),
                    List.of(),
                    List.of(),
                    new TableColumn(
                            "at",
                            "at",
                            new ColumnType(
                                    "timestamptz",
                                    ColumnType.TIMESTAMPTZ,
                                    -1,
                                    ColumnType.Category.PORTABLE),
                            true,
                            null),
                    "",
                    true,
                    true,
                    true,
                    0);
    private final TransferSettings settings = TransferSettings.DEFAULTS.dividedBy(1_000);
    private final ProgressReport progress =
            new ProgressReport(
                    "invoices", new Results(), InstantSource.system(), Duration.ofHours(1));

    /// Gives some rows for each range and says which ones it began.
    private static final class Readings implements Source {
        private final LinkedBlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
        private final AtomicInteger active = new AtomicInteger();
        private volatile int mostActive;
        private volatile int rows = 1;
        private volatile int rowsOfTheFirst = 1;

        @Override
        public long read(
                SourceTable table,
                List<TableColumn> columns,
                Slice slice,
                RowFormat format,
                RowPipe pipe) {
            mostActive = Math.max(mostActive, active.incrementAndGet());
            var n = ((Slice.Keys) slice).range().n();
            begun.add(n);
            var count = n == 1 ? rowsOfTheFirst : rows;
            try {
                for (var row = 0; row < count; row++) {
                    pipe.put(ROW);
                }
                return count;
            } finally {
                active.decrementAndGet();
            }
        }

        @Override
        public void cancel() {}

        @Override
        public void cut() {}

        @Override
        public void close() {}

        @Override
        public boolean givesBinary(ColumnType type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void lookAhead(CatalogRecord.Model model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SourceTable table(CatalogRecord.Model model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReadBound bound(SourceTable table) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration lookback(SourceTable table) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Window window(
                SourceTable table,
                @Nullable Instant start,
                @Nullable Instant end,
                String cursor,
                ReadBound bound) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<KeyRange> ranges(SourceTable table, int rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long rowsWithoutLastModified(SourceTable table) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SourcePrints digests(SourceTable table, Fingerprint print, Slice.Since later) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<RowPrint> prints(
                SourceTable table, Fingerprint print, Slice.Since later, Set<Integer> parts) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<RowPrint> laterPrints(SourceTable table, Fingerprint print, Slice.Since later) {
            throw new UnsupportedOperationException();
        }
    }

    private RangeReader reader(int ranges) {
        Queue<KeyRange> left = new ArrayDeque<>();
        for (var n = 1; n <= ranges; n++) {
            left.add(new KeyRange(n, List.of(), List.of()));
        }
        return new RangeReader(
                left::poll,
                range ->
                        new SourceHaul(
                                source,
                                table,
                                List.of(),
                                new Slice.Keys(range),
                                RowFormat.BINARY,
                                settings,
                                progress));
    }

    private static long drain(RowPipe pipe) {
        var rows = 0;
        for (var block = pipe.take(); block != null; block = pipe.take()) {
            rows += block.remaining() / ROW.length;
        }
        return rows;
    }

    private @Nullable Integer begun() {
        try {
            return source.begun.poll(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theNextRangeIsReadWhileTheDestinationStillHasTheOneBefore() {
        try (var reader = reader(3)) {
            var first = reader.next();
            assertThat(first).isNotNull();
            first.haul()
                    .into(pipe -> {
                        assertThat(begun()).isEqualTo(1);
                        var rows = drain(pipe);
                        assertThat(begun()).isEqualTo(2);
                        return rows;
                    });
            assertThat(source.begun).isEmpty();

            var second = reader.next();
            assertThat(second).extracting(Reading::range).extracting(KeyRange::n).isEqualTo(2);
            assertThat(begun()).isEqualTo(3);
        }
    }

    @Test
    void eachRangeComesOnceAndTheSourceReadsOneAtATime() {
        source.rows = 20;
        source.rowsOfTheFirst = 20;
        var ranges = 0;
        try (var reader = reader(50)) {
            for (var next = reader.next(); next != null; next = reader.next()) {
                assertThat(next.range().n()).isEqualTo(++ranges);
                assertThat(next.haul().into(RangeReaderTest::drain).rowsRead()).isEqualTo(20);
            }
        }
        assertThat(ranges).isEqualTo(50);
        assertThat(source.mostActive).isEqualTo(1);
    }

    @Test
    void nothingIsReadAnyMoreOnceTheLaneHasFailed() {
        source.rowsOfTheFirst = 1_000;
        try (var reader = reader(3)) {
            assertThat(reader.next()).isNotNull();
            assertThat(begun()).isEqualTo(1);
        }
        assertThat(source.active).hasValue(0);
        assertThat(source.begun).isEmpty();
    }

    @Test
    void whatWasReadAheadIsGivenUpWhenTheLaneFails() {
        source.rows = 1_000;
        try (var reader = reader(3)) {
            var first = reader.next();
            assertThat(first).isNotNull();
            first.haul().into(RangeReaderTest::drain);
            assertThat(begun()).isEqualTo(1);
            assertThat(begun()).isEqualTo(2);
        }
        assertThat(source.active).hasValue(0);
        assertThat(source.begun).isEmpty();
    }
}
